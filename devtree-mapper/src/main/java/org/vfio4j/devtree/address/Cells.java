// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * How many cells an address and a size have in a node's {@code reg}, and who says so. The sources disagree when a bus
 * says nothing: the specification and libfdt take 2 and 1, Linux the counts of the nearest ancestor that has them, and
 * else 1 and 1 ({@code of_bus_n_addr_cells} in {@code drivers/of/base.c}). This library does as Linux does.
 *
 * @param address {@code #address-cells}
 * @param size {@code #size-cells}
 */
public record Cells(Count address, Count size) {
    /** Where a count comes from. */
    public enum Origin {
        /** The bus has the property. */
        EXPLICIT,
        /** The bus has none and a node above it has; only Linux inherits. */
        INHERITED,
        /** No node up to the root has one; the value is Linux's default, 1. */
        DEFAULT,
        /** Fixed by the type of the bus: 3 and 2 for PCI, 2 and 1 for ISA. */
        BUS_TYPE
    }

    /**
     * One count.
     *
     * @param value cells, unsigned
     * @param origin where the value comes from
     * @param from the node that has the property, or that is the PCI or ISA bus; empty for a default
     */
    public record Count(int value, Origin origin, Optional<Node> from) {}

    /**
     * The counts that are in force for a node's own {@code reg}; they are a matter of its parent.
     *
     * @param node the node
     * @return the counts; for the root, which has no parent, those for its children
     */
    public static Cells forRegOf(Node node) {
        return forChildrenOf(node.parent().orElse(node));
    }

    /**
     * The counts that are in force for the {@code reg} of a bus's children.
     *
     * @param bus the bus
     * @return the counts
     */
    public static Cells forChildrenOf(Node bus) {
        BusKind kind = BusKind.of(bus);
        return switch (kind) {
            case PCI -> fixed(bus, 3, 2);
            case ISA -> fixed(bus, 2, 1);
            case FLAGS, PLAIN -> declared(bus);
        };
    }

    private static Cells fixed(Node bus, int address, int size) {
        Optional<Node> from = Optional.of(bus);
        return new Cells(new Count(address, Origin.BUS_TYPE, from), new Count(size, Origin.BUS_TYPE, from));
    }

    /** The counts that the properties give, whatever the type of the bus. */
    static Cells declared(Node bus) {
        return new Cells(count(bus, "#address-cells"), count(bus, "#size-cells"));
    }

    static Count count(Node bus, String property) {
        for (Node node = bus; node != null; node = node.parent().orElse(null)) {
            Property cells = node.property(property).orElse(null);
            if (cells != null && cells.cellCount() > 0) {
                return new Count(cells.cell(0), node == bus ? Origin.EXPLICIT : Origin.INHERITED, Optional.of(node));
            }
        }
        return new Count(1, Origin.DEFAULT, Optional.empty());
    }
}
