// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.diff;

import java.util.List;
import org.vfio4j.devtree.MemoryReservation;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** One thing in which two trees differ. "Before" is the first tree, "after" the second. */
public sealed interface Difference {
    /** {@return the path of the node that it is about, which for a node that came or went is that node's own} */
    String path();

    /** {@return one line for a person, with the values of both sides} */
    String text();

    /**
     * A node, with all below it, is only in the second tree.
     *
     * @param node the node, in the second tree
     */
    record NodeAdded(Node node) implements Difference {
        @Override
        public String path() {
            return node.path();
        }

        @Override
        public String text() {
            return "+ " + path() + Texts.size(node);
        }
    }

    /**
     * A node, with all below it, is only in the first tree.
     *
     * @param node the node, in the first tree
     */
    record NodeRemoved(Node node) implements Difference {
        @Override
        public String path() {
            return node.path();
        }

        @Override
        public String text() {
            return "- " + path() + Texts.size(node);
        }
    }

    /**
     * A property is only in the second tree.
     *
     * @param node its node, in the second tree
     * @param property the property
     */
    record PropertyAdded(Node node, Property property) implements Difference {
        @Override
        public String path() {
            return node.path();
        }

        @Override
        public String text() {
            return "+ " + path() + ": " + property.name() + Texts.assigned(node, property);
        }
    }

    /**
     * A property is only in the first tree.
     *
     * @param node its node, in the first tree
     * @param property the property
     */
    record PropertyRemoved(Node node, Property property) implements Difference {
        @Override
        public String path() {
            return node.path();
        }

        @Override
        public String text() {
            return "- " + path() + ": " + property.name() + Texts.assigned(node, property);
        }
    }

    /**
     * A property has another value.
     *
     * @param nodeBefore its node in the first tree
     * @param before the property there
     * @param nodeAfter its node in the second tree
     * @param after the property there
     */
    record PropertyChanged(Node nodeBefore, Property before, Node nodeAfter, Property after) implements Difference {
        @Override
        public String path() {
            return nodeBefore.path();
        }

        @Override
        public String text() {
            return "~ " + path() + ": " + before.name() + " = " + Texts.value(nodeBefore, before) + " -> "
                    + Texts.value(nodeAfter, after);
        }
    }

    /**
     * The children that both trees have of a node stand in another order. Linux makes devices in this order; the order
     * of properties means nothing and is not compared.
     *
     * @param path the node
     * @param before names of those children in the first tree
     * @param after the same names in the order of the second tree
     */
    record OrderChanged(String path, List<String> before, List<String> after) implements Difference {
        @Override
        public String text() {
            return "~ " + path + ": nodes " + String.join(", ", before) + " -> " + String.join(", ", after);
        }
    }

    /**
     * The memory reservation block has other entries or another order.
     *
     * @param before the first tree's
     * @param after the second tree's
     */
    record MemoryReservationsChanged(List<MemoryReservation> before, List<MemoryReservation> after)
            implements Difference {
        @Override
        public String path() {
            return "/";
        }

        @Override
        public String text() {
            return "~ memory reservations: " + Texts.reservations(before) + " -> " + Texts.reservations(after);
        }
    }

    /**
     * The header names another boot CPU.
     *
     * @param before the first tree's
     * @param after the second tree's
     */
    record BootCpuChanged(int before, int after) implements Difference {
        @Override
        public String path() {
            return "/";
        }

        @Override
        public String text() {
            return "~ boot CPU: " + Integer.toUnsignedString(before) + " -> " + Integer.toUnsignedString(after);
        }
    }
}
