// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.ArrayList;
import java.util.List;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.interrupt.InterruptFailure;

/** The nodes below a device's node, which may have interrupts of their own. */
final class Descendants {
    private Descendants() {}

    /** All nodes below a node, depth first, each level in the order of the tree. */
    static List<Node> of(Node node) {
        List<Node> found = new ArrayList<>();
        collect(node, found);
        return found;
    }

    private static void collect(Node node, List<Node> found) {
        // Depth is bounded by DeviceTree.MAX_DEPTH.
        for (Node child : node.children()) {
            found.add(child);
            collect(child, found);
        }
    }

    static boolean hasInterrupts(Node node) {
        return node.hasProperty("interrupts") || node.hasProperty("interrupts-extended");
    }

    /** The interrupts of a node from the one on that ends its list. */
    static Unexposed stopped(Node node, InterruptFailure failure) {
        String property = node.hasProperty("interrupts-extended") ? "interrupts-extended" : "interrupts";
        return Unexposed.irq(
                node.path(),
                property,
                failure.index(),
                "does not resolve at " + failure.at() + ", and Linux drops it and the ones after it: "
                        + failure.detail());
    }
}
