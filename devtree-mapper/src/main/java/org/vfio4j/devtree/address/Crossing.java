// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * One step of a translation: from the bus below a node to the bus that the node is on, through the node's windows.
 *
 * @param bridge the node
 * @param below the bus of the node's children
 * @param above the bus that the node is on
 * @param windows {@code ranges} or {@code dma-ranges}; null, or empty, if addresses are the same on both
 */
record Crossing(Node bridge, Bus below, Bus above, Property windows) {
    /**
     * Translates an address in place.
     *
     * @return false if no window has it
     */
    boolean cross(int[] address) {
        if (windows == null || windows.length() == 0) {
            long same = below.wholeNumber(address);
            // A flag cell stays as it is; the number moves to where the other bus has it.
            for (int i = above.kind().flagCells; i < above.addressCells(); i++) {
                address[i] = 0;
            }
            above.add(address, same);
            return true;
        }
        int addressCells = below.addressCells();
        int flagCells = below.kind().flagCells;
        long entryCells = windowCells();
        long number = below.number(address);
        for (long at = 0; at + entryCells <= windows.cellCount(); at += entryCells) {
            if (!below.kind().sameSpace(address[0], windows.cell((int) at))) {
                continue;
            }
            long start = Bus.read(windows, at + flagCells, addressCells - flagCells);
            long size = Bus.read(windows, at + addressCells + above.addressCells(), below.sizeCells());
            // Unsigned, and the end wraps as in Linux: a window that ends at 2^64 has nothing in it.
            if (Long.compareUnsigned(number, start) >= 0 && Long.compareUnsigned(number, start + size) < 0) {
                for (int i = 0; i < above.addressCells(); i++) {
                    address[i] = windows.cell((int) at + addressCells + i);
                }
                above.add(address, number - start);
                return true;
            }
        }
        return false;
    }

    private long windowCells() {
        return (long) below.addressCells() + above.addressCells() + below.sizeCells();
    }

    /** How many windows there are. */
    long windowCount() {
        return windows.cellCount() / windowCells();
    }
}
