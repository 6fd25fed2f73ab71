// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import org.vfio4j.devtree.Node;

/** Resolves the interrupts of a node. */
public final class Interrupts {
    private Interrupts() {}

    /**
     * The node's own interrupts, up to the first that does not resolve.
     *
     * @param node the node
     * @return the interrupts; empty without {@code interrupts} and {@code interrupts-extended}
     */
    public static InterruptList of(Node node) {
        throw new UnsupportedOperationException();
    }
}
