// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.Optional;

/** Opens instances of a node's device. */
@FunctionalInterface
public interface InstanceOpener {
    /**
     * Opens one.
     *
     * @param arguments the text behind the colon of the device path; empty if there is none
     * @return the instance, or empty to refuse
     */
    Optional<InstanceIo> open(String arguments);
}
