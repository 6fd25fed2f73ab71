// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One entry of a list of phandles with specifiers, such as {@code interrupts-extended}, {@code iommus}, {@code clocks}
 * or {@code interconnects}: a phandle, and as many cells as the node that it refers to asks for.
 */
public sealed interface PhandleEntry {
    /**
     * A node and the specifier for it.
     *
     * @param target the node that the phandle refers to
     * @param specifier the cells after the phandle; as many as the target's cells property says
     */
    record Reference(Node target, List<Integer> specifier) implements PhandleEntry {
        /** Copies the specifier. */
        public Reference {
            specifier = List.copyOf(specifier);
        }
    }

    /** Phandle 0: a place in the list that is left free on purpose. */
    record Hole() implements PhandleEntry {}

    /**
     * An entry that cannot be read. It is the last of its list, as nothing says where the next one begins.
     *
     * @param problem what is wrong
     * @param detail the same for a person, with the numbers
     */
    record Malformed(Problem problem, String detail) implements PhandleEntry {}

    /** What is wrong with an entry. */
    enum Problem {
        /** The phandle refers to no node. */
        BAD_PHANDLE,
        /** The node does not say how many cells a specifier has. */
        NO_CELL_COUNT,
        /** The property ends within the specifier. */
        TRUNCATED
    }

    /**
     * Reads a whole list, by the rules of Linux ({@code of_phandle_iterator_next} in {@code drivers/of/base.c}).
     *
     * @param node the node that has the list
     * @param property name of the list
     * @param cellsProperty name of the property of the targets that has the number of cells, such as {@code
     *     #iommu-cells}
     * @return the entries in order, empty without the property; a {@link Malformed} is the last
     */
    static List<PhandleEntry> listOf(Node node, String property, String cellsProperty) {
        Property list = node.property(property).orElse(null);
        if (list == null || list.cellCount() == 0) {
            return List.of();
        }
        List<PhandleEntry> entries = new ArrayList<>(4);
        int at = 0;
        while (at < list.cellCount()) {
            int phandle = list.cell(at++);
            if (phandle == 0) {
                entries.add(new Hole());
                continue;
            }
            Node target = node.tree().byPhandle(phandle).orElse(null);
            if (target == null) {
                entries.add(malformed(
                        Problem.BAD_PHANDLE, "phandle 0x" + Integer.toHexString(phandle) + " refers to no node"));
                break;
            }
            Property cells = target.property(cellsProperty).orElse(null);
            if (cells == null || cells.cellCount() == 0) {
                entries.add(malformed(Problem.NO_CELL_COUNT, target.path() + " has no " + cellsProperty));
                break;
            }
            long count = cells.cell(0) & 0xffff_ffffL;
            if (count > list.cellCount() - at) {
                entries.add(malformed(
                        Problem.TRUNCATED,
                        cellsProperty + " of " + target.path() + " is " + count + " and " + (list.cellCount() - at)
                                + " cells are left"));
                break;
            }
            Integer[] specifier = new Integer[(int) count];
            for (int i = 0; i < specifier.length; i++) {
                specifier[i] = list.cell(at++);
            }
            entries.add(new Reference(target, Arrays.asList(specifier)));
        }
        return entries;
    }

    private static Malformed malformed(Problem problem, String detail) {
        return new Malformed(problem, detail);
    }
}
