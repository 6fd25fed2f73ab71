// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import java.util.HashMap;
import java.util.Map;

/**
 * Phandle to node; of several nodes with one phandle, the first. The device tree compiler numbers from 1, so an array
 * does for nearly every tree. The map is for the others; it stays fast for any choice of numbers.
 */
final class PhandleIndex {
    private static final int SLOTS_PER_NODE = 4;

    private final Node[] byNumber;
    private final Map<Integer, Node> others;

    private PhandleIndex(int slots) {
        byNumber = new Node[slots];
        others = new HashMap<>(0);
    }

    static PhandleIndex of(Node[] nodes) {
        int limit = nodes.length * SLOTS_PER_NODE;
        int highest = 0;
        for (Node node : nodes) {
            int phandle = node.rawPhandle();
            if (phandle > highest && phandle < limit) {
                highest = phandle;
            }
        }
        PhandleIndex index = new PhandleIndex(highest + 1);
        for (Node node : nodes) {
            int phandle = node.rawPhandle();
            if (phandle != 0 && phandle != -1) {
                index.putIfAbsent(phandle, node);
            }
        }
        return index;
    }

    private void putIfAbsent(int phandle, Node node) {
        if (phandle < 0 || phandle >= byNumber.length) {
            others.putIfAbsent(phandle, node);
        } else if (byNumber[phandle] == null) {
            byNumber[phandle] = node;
        }
    }

    /** The node; null if there is none. */
    Node get(int phandle) {
        return phandle >= 0 && phandle < byNumber.length ? byNumber[phandle] : others.get(phandle);
    }
}
