// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.platform.guest.tree.GuestNode.Link;

/** Numbers for the nodes of a guest that are referred to, none of them that of a node of the base. */
final class Phandles {
    /** The largest phandle: -1 is none (libfdt, {@code FDT_MAX_PHANDLE}). */
    private static final long LAST = 0xffff_fffeL;

    private final Map<GuestNode, Integer> byNode = new IdentityHashMap<>();
    private final Set<Long> taken;
    private long next;

    private Phandles(TreeSet<Long> taken) {
        this.taken = taken;
        this.next = taken.isEmpty() ? 1 : taken.last() + 1;
    }

    /** Numbers beyond those of a tree. */
    static Phandles beyond(DeviceTree tree) {
        TreeSet<Long> taken = new TreeSet<>();
        tree.nodes().forEach(node -> node.phandle().ifPresent(phandle -> taken.add(phandle & 0xffff_ffffL)));
        taken.remove(0xffff_ffffL);
        return new Phandles(taken);
    }

    /** Numbers from 1: those of an overlay are moved beyond the base's when it is applied. */
    static Phandles ofOverlay() {
        return new Phandles(new TreeSet<>());
    }

    /** Gives the targets of all references in some nodes and below a number each. */
    void number(List<GuestNode> nodes) {
        for (GuestNode node : nodes) {
            for (GuestNode.Value value : node.properties().values()) {
                for (Link link : value.links()) {
                    byNode.computeIfAbsent(link.target(), target -> next());
                }
            }
            // Depth is bounded by DeviceTree.MAX_DEPTH.
            number(node.children());
        }
    }

    /** Gives a node a number that is known. */
    void put(GuestNode node, int phandle) {
        byNode.put(node, phandle);
    }

    /** A number that nothing has. A tree of 2^32 nodes does not fit into memory, so there is one. */
    int next() {
        if (next > LAST) {
            next = 1;
        }
        while (!taken.add(next)) {
            next++;
        }
        return (int) next++;
    }

    /** The number of a node; null if nothing refers to it. */
    Integer of(GuestNode node) {
        return byNode.get(node);
    }
}
