// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;

/**
 * A number for every node. A node keeps the phandle it has; the others are numbered on from the highest, in the order
 * of the tree, as QEMU's Virtual Open Firmware does. 0 and -1 are no handles.
 */
final class Handles {
    private final int[] byIndex;
    private final Map<Integer, Node> nodes = new HashMap<>();
    private final List<DuplicatePhandle> duplicates = new ArrayList<>();
    private int highest;

    Handles(DeviceTree tree) {
        List<Node> all = tree.nodes();
        byIndex = new int[all.size()];
        for (Node node : all) {
            own(node).ifPresent(phandle -> {
                if (nodes.putIfAbsent(phandle, node) == null) {
                    byIndex[node.index()] = phandle;
                    highest = Integer.compareUnsigned(phandle, highest) > 0 ? phandle : highest;
                }
            });
        }
        for (Node node : all) {
            if (byIndex[node.index()] == 0) {
                byIndex[node.index()] = next();
                nodes.put(highest, node);
                own(node)
                        .ifPresent(phandle -> duplicates.add(new DuplicatePhandle(
                                phandle, node.path(), nodes.get(phandle).path(), highest)));
            }
        }
    }

    /** The phandle that a node has in the tree. */
    static OptionalInt own(Node node) {
        OptionalInt phandle = node.phandle();
        return phandle.isPresent() && phandle.getAsInt() == -1 ? OptionalInt.empty() : phandle;
    }

    // After -2 it goes on from 1: there are fewer nodes than numbers, so a free one comes.
    private int next() {
        do {
            highest++;
        } while (highest == 0 || highest == -1 || nodes.containsKey(highest));
        return highest;
    }

    int of(Node node) {
        return byIndex[node.index()];
    }

    Optional<Node> node(int handle) {
        return Optional.ofNullable(nodes.get(handle));
    }

    List<DuplicatePhandle> duplicates() {
        return List.copyOf(duplicates);
    }
}
