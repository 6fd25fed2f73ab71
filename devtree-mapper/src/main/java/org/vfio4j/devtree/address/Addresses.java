// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import java.util.List;
import org.vfio4j.devtree.Node;

/** Reads and translates the addresses of a node. */
public final class Addresses {
    private Addresses() {}

    /**
     * The entries of {@code reg}, each translated to the CPU's address.
     *
     * @param node the node
     * @return all whole entries, in order; empty without {@code reg}
     */
    public static List<RegEntry> reg(Node node) {
        throw new UnsupportedOperationException();
    }

    /**
     * The entries of {@code ranges}, each window's start translated to the CPU's address.
     *
     * @param node the bus node
     * @return all whole entries, in order; empty if {@code ranges} is absent or empty
     */
    public static List<RangesEntry> ranges(Node node) {
        throw new UnsupportedOperationException();
    }
}
