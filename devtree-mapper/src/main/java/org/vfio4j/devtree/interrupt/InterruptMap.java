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
        Target target = null;
        int at = 0;
        // One cell is the phandle; a last row with nothing after it does not count, as in Linux.
        while (map.cellCount() - at > keyCells + 1) {
            boolean matches = true;
            for (int i = 0; i < keyCells; i++) {
                matches &= ((key[i] ^ map.cell(at + i)) & maskCell(mask, i)) == 0;
            }
            at += keyCells;
            int phandle = map.cell(at++);
            // Most rows of a map have the same parent.
            if (target == null || target.phandle() != phandle) {
                target = Target.of(nexus, phandle);
            }
            if (target.problem() != null) {
                return failed(Reason.BAD_MAP, target.problem());
            }
            if (target.cells() > map.cellCount() - at) {
                return failed(
                        Reason.BAD_MAP,
                        "a row for " + target.node().path() + " needs " + target.cells() + " more cells and "
                                + (map.cellCount() - at) + " are left");
            }
            if (matches && target.node().isAvailable()) {
                int[] parentKey = new int[target.cells()];
                for (int i = 0; i < parentKey.length; i++) {
                    parentKey[i] = map.cell(at + i);
                }
                return new Row(target.node(), parentKey, target.addressCells(), null);
            }
            at += target.cells();
        }
        return failed(Reason.NO_MATCHING_MAP_ROW, "no row matches " + hex(key));
    }

    /** The parent of a row and its cells, of which the first are the unit address; or what is wrong with it. */
    private record Target(int phandle, Node node, int addressCells, int cells, String problem) {
        static Target of(Node nexus, int phandle) {
            Node node = nexus.tree().byPhandle(phandle).orElse(null);
            if (node == null) {
                return bad("phandle 0x" + Integer.toHexString(phandle) + " refers to no node");
            }
            long specifier = InterruptTree.cellOf(node, "#interrupt-cells");
            if (specifier < 0) {
                return bad(node.path() + " has no #interrupt-cells");
            }
            // Not inherited here, and 0 if absent.
            long address = Math.max(0, InterruptTree.cellOf(node, "#address-cells"));
            if (address + specifier > InterruptTree.MAX_CELLS) {
                return bad(node.path() + " takes " + (address + specifier) + " cells; at most "
                        + InterruptTree.MAX_CELLS + " are allowed");
            }
            return new Target(phandle, node, (int) address, (int) (address + specifier), null);
        }

        private static Target bad(String problem) {
            return new Target(0, null, 0, 0, problem);
        }
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
