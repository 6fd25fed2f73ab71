// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.interrupt.InterruptFailure.Reason;

/**
 * An {@code interrupt-map}: rows of a child unit address, a child specifier, the phandle of a parent, and the unit
 * address and specifier for that parent (Devicetree Specification 2.4.3; Linux {@code of_irq_parse_raw} and {@code
 * of_irq_parse_imap_parent}).
 *
 * @param nexus the node that has the map
 * @param map its {@code interrupt-map}
 * @param addressCells cells of a child unit address
 * @param specifierCells cells of a child specifier
 */
record InterruptMap(Node nexus, Property map, int addressCells, int specifierCells) {
    /** The row that was found, or why none was. {@code key} is the parent's unit address and specifier. */
    record Row(Node parent, int[] key, int addressCells, InterruptFailure failure) {}

    /**
     * The first row that is equal to the key where the mask has ones, and whose parent is available. A row that cannot
     * be read ends the search, even if it would not match.
     */
    Row match(int[] key) {
        Property mask = nexus.property("interrupt-map-mask").orElse(null);
        int keyCells = addressCells + specifierCells;
        int at = 0;
        // One cell is the phandle; a last row with nothing after it does not count, as in Linux.
        while (map.cellCount() - at > keyCells + 1) {
            boolean matches = true;
            for (int i = 0; i < keyCells; i++) {
                matches &= ((key[i] ^ map.cell(at + i)) & maskCell(mask, i)) == 0;
            }
            at += keyCells;
            int phandle = map.cell(at++);
            Node parent = nexus.tree().byPhandle(phandle).orElse(null);
            if (parent == null) {
                return failed(Reason.BAD_MAP, "phandle 0x" + Integer.toHexString(phandle) + " refers to no node");
            }
            long parentSpecifier = InterruptTree.cellOf(parent, "#interrupt-cells");
            if (parentSpecifier < 0) {
                return failed(Reason.BAD_MAP, parent.path() + " has no #interrupt-cells");
            }
            long parentAddress = Math.max(0, InterruptTree.cellOf(parent, "#address-cells"));
            long cells = parentAddress + parentSpecifier;
            if (cells > InterruptTree.MAX_CELLS || cells > map.cellCount() - at) {
                return failed(
                        Reason.BAD_MAP,
                        "a row for " + parent.path() + " needs " + cells + " more cells; at most "
                                + InterruptTree.MAX_CELLS + " are allowed and " + (map.cellCount() - at)
                                + " are left");
            }
            if (matches && parent.isAvailable()) {
                int[] parentKey = new int[(int) cells];
                for (int i = 0; i < parentKey.length; i++) {
                    parentKey[i] = map.cell(at + i);
                }
                return new Row(parent, parentKey, (int) parentAddress, null);
            }
            at += (int) cells;
        }
        return failed(Reason.NO_MATCHING_MAP_ROW, "no row matches " + hex(key));
    }

    private static int maskCell(Property mask, int index) {
        return mask == null || index >= mask.cellCount() ? -1 : mask.cell(index);
    }

    private Row failed(Reason reason, String detail) {
        return new Row(null, null, 0, new InterruptFailure(0, reason, nexus.path(), "interrupt-map: " + detail));
    }

    private static String hex(int[] cells) {
        StringBuilder text = new StringBuilder("<");
        for (int i = 0; i < cells.length; i++) {
            text.append(i == 0 ? "0x" : " 0x").append(Integer.toHexString(cells[i]));
        }
        return text.append('>').toString();
    }
}
