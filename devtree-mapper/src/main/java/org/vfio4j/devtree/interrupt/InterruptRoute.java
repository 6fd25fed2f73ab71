// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import java.util.List;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.interrupt.InterruptFailure.Reason;

/**
 * The way of one interrupt from its interrupt parent through {@code interrupt-map}s to a controller: Linux's {@code
 * of_irq_parse_raw} ({@code drivers/of/irq.c}).
 */
final class InterruptRoute {
    // Controllers whose interrupt-map is for their driver only: Linux's of_irq_imap_abusers.
    private static final List<String> IGNORED_MAPS = List.of(
            "CBEA,platform-spider-pic",
            "sti,platform-spider-pic",
            "realtek,rtl-intc",
            "fsl,ls1021a-extirq",
            "fsl,ls1043a-extirq",
            "fsl,ls1088a-extirq",
            "renesas,rza1-irqc",
            "pasemi,rootbus");

    private final InterruptTree tree = new InterruptTree();
    private Node at;
    // The unit address and the specifier, as the next map compares them.
    private int[] key;
    private int addressCells;
    private int specifierCells;

    /** Who gets the interrupt, as far as the maps passed so far say. */
    private Node controller;

    private InterruptRoute(Node parent) {
        at = parent;
        controller = parent;
    }

    /** Where an interrupt arrives, or why it does not. */
    record Arrival(Node controller, List<Integer> specifier, InterruptFailure failure) {
        private static Arrival failed(Reason reason, Node at, String detail) {
            return new Arrival(null, null, new InterruptFailure(0, reason, at.path(), detail));
        }
    }

    /**
     * Follows an interrupt.
     *
     * @param reg {@code reg} of the device, or null; its first cells are the unit address in a map's key
     * @param parent the interrupt parent
     * @param specifier the cells for it
     */
    static Arrival follow(Property reg, Node parent, List<Integer> specifier) {
        InterruptRoute route = new InterruptRoute(parent);
        Arrival refusal = route.makeKey(reg, specifier);
        return refusal != null ? refusal : route.walk();
    }

    private Arrival makeKey(Property reg, List<Integer> specifier) {
        Property cells = null;
        for (Node node = at; node != null && cells == null; node = node.parent().orElse(null)) {
            cells = node.property("#address-cells").orElse(null);
        }
        // Linux's own default here, unlike that for reg. A property without a cell stops the search all the same.
        long unitCells = cells == null ? 2 : cells.cellCount() == 0 ? 0 : cells.cell(0) & 0xffff_ffffL;
        if (unitCells + specifier.size() > InterruptTree.MAX_CELLS) {
            return Arrival.failed(
                    Reason.BAD_CELL_COUNT,
                    at,
                    "#address-cells in force is " + unitCells + " and #interrupt-cells " + specifier.size()
                            + "; together at most " + InterruptTree.MAX_CELLS);
        }
        addressCells = (int) unitCells;
        specifierCells = specifier.size();
        key = new int[addressCells + specifierCells];
        for (int i = 0; i < addressCells; i++) {
            key[i] = unitAddressCell(reg, i);
        }
        for (int i = 0; i < specifierCells; i++) {
            key[addressCells + i] = specifier.get(i);
        }
        return null;
    }

    /** A cell of the device's raw reg; Linux takes three at most and pads with zero bytes. */
    private static int unitAddressCell(Property reg, int index) {
        int cell = 0;
        for (int i = index * 4; reg != null && index < 3 && i < index * 4 + 4; i++) {
            cell = cell << 8 | (i < reg.length() ? reg.byteAt(i) : 0);
        }
        return cell;
    }

    private Arrival walk() {
        while (tree.follow()) {
            Property map = at.property("interrupt-map").orElse(null);
            if (at.hasProperty("interrupt-controller") && (map == null || ignoresMap(at))) {
                return arrived();
            }
            Node next;
            if (map == null) {
                InterruptTree.Parent parent = tree.parentOf(at);
                if (parent.failure() != null) {
                    return new Arrival(null, null, parent.failure());
                }
                // The search goes on there, but in Linux 6.12 the interrupt stays with the node that it was for.
                next = parent.node();
            } else {
                InterruptMap.Row row = new InterruptMap(at, map, addressCells, specifierCells).match(key);
                if (row.failure() != null) {
                    return new Arrival(null, null, row.failure());
                }
                next = row.parent();
                controller = next;
                key = row.key();
                addressCells = row.addressCells();
                specifierCells = key.length - addressCells;
                if (next == at) {
                    return arrived();
                }
            }
            at = next;
        }
        return Arrival.failed(Reason.LOOP, at, InterruptTree.tooManyLinks());
    }

    private static boolean ignoresMap(Node node) {
        return IGNORED_MAPS.stream().anyMatch(node::isCompatible);
    }

    private Arrival arrived() {
        Integer[] specifier = new Integer[specifierCells];
        for (int i = 0; i < specifierCells; i++) {
            specifier[i] = key[addressCells + i];
        }
        return new Arrival(controller, List.of(specifier), null);
    }
}
