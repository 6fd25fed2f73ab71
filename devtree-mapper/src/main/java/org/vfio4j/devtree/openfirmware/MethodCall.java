// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.List;

/**
 * A call of a {@link PackageMethod}.
 *
 * @param path path of the node, with the arguments that its instance was opened with
 * @param arguments the cells behind method and instance in the client's array: the first is the top of the stack
 * @param memory the client's memory
 */
public record MethodCall(String path, List<Integer> arguments, GuestMemory memory) {
    /** Copies the list. */
    public MethodCall {
        arguments = List.copyOf(arguments);
    }
}
