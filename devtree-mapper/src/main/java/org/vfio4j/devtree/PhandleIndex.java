// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import java.util.OptionalInt;

/** Phandle to node: an open-addressing table, so that a look-up costs the same in a tree of any size. */
final class PhandleIndex {
    private static final int FIBONACCI = 0x9E3779B9;

    private final int[] keys;
    private final Node[] values;
    private final int shift;

    private PhandleIndex(int entries) {
        int bits = 32 - Integer.numberOfLeadingZeros(Math.max(2, entries * 2) - 1);
        keys = new int[1 << bits];
        values = new Node[1 << bits];
        shift = 32 - bits;
    }

    static PhandleIndex of(Node[] nodes) {
        int entries = 0;
        for (Node node : nodes) {
            if (node.phandle().isPresent()) {
                entries++;
            }
        }
        PhandleIndex index = new PhandleIndex(entries);
        for (Node node : nodes) {
            OptionalInt phandle = node.phandle();
            if (phandle.isPresent()) {
                index.putIfAbsent(phandle.getAsInt(), node);
            }
        }
        return index;
    }

    private void putIfAbsent(int phandle, Node node) {
        int at = slot(phandle);
        if (values[at] == null) {
            keys[at] = phandle;
            values[at] = node;
        }
    }

    Node get(int phandle) {
        return phandle == 0 || phandle == -1 ? null : values[slot(phandle)];
    }

    /** The slot that holds the phandle, or the free one where it would go. At most half of the slots are in use. */
    private int slot(int phandle) {
        int at = (phandle * FIBONACCI) >>> shift;
        while (values[at] != null && keys[at] != phandle) {
            at = (at + 1) & (keys.length - 1);
        }
        return at;
    }
}
