// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.interrupt.InterruptFailure.Reason;

/**
 * Who is above whom in the interrupt tree: Linux's {@code of_irq_find_parent} ({@code drivers/of/irq.c}). One of these
 * goes with one interrupt, and counts the links of its way.
 */
final class InterruptTree {
    /** Linux's MAX_PHANDLE_ARGS ({@code include/linux/of.h}): the most cells of a unit address and a specifier. */
    static final int MAX_CELLS = 16;

    /** Phandles may lead in a circle, where Linux hangs; no chain of a real tree has more than a few links. */
    private static final int MAX_LINKS = 128;

    private int links;

    /** Counts one link of the way of an interrupt; false if there were too many. */
    boolean follow() {
        return links++ < MAX_LINKS;
    }

    /** The interrupt parent that was found, or why there is none. */
    record Parent(Node node, InterruptFailure failure) {
        private static Parent found(Node node) {
            return new Parent(node, null);
        }

        private static Parent missing(Reason reason, Node at, String detail) {
            return new Parent(null, new InterruptFailure(0, reason, at.path(), detail));
        }
    }

    /**
     * The nearest node above that has {@code #interrupt-cells}. At each node {@code interrupt-parent} is followed if it
     * is there, else the tree; the node that the search begins at does not count.
     */
    Parent parentOf(Node child) {
        Node node = child;
        while (follow()) {
            Property pointer = node.property("interrupt-parent").orElse(null);
            Node above;
            if (pointer == null || pointer.cellCount() == 0) {
                above = node.parent().orElse(null);
                if (above == null) {
                    return Parent.missing(Reason.NO_PARENT, child, "no node above has #interrupt-cells");
                }
            } else {
                above = node.tree().byPhandle(pointer.cell(0)).orElse(null);
                if (above == null) {
                    return Parent.missing(
                            Reason.BAD_PHANDLE,
                            node,
                            "interrupt-parent 0x" + Integer.toHexString(pointer.cell(0)) + " refers to no node");
                }
            }
            if (above.hasProperty("#interrupt-cells")) {
                return Parent.found(above);
            }
            node = above;
        }
        return Parent.missing(Reason.LOOP, child, "interrupt-parent leads to no controller in " + MAX_LINKS + " links");
    }

    static String tooManyLinks() {
        return "no interrupt controller in " + MAX_LINKS + " links";
    }

    /** The first cell of a property, unsigned; -1 if the property is absent or shorter than a cell. */
    static long cellOf(Node node, String property) {
        Property value = node.property(property).orElse(null);
        return value == null || value.cellCount() == 0 ? -1 : value.cell(0) & 0xffff_ffffL;
    }
}
