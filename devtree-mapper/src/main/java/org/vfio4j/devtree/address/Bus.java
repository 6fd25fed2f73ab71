// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.address.Translation.Reason;
import org.vfio4j.devtree.address.Translation.Untranslatable;

/**
 * A bus as its children see it.
 *
 * @param node the bus
 * @param kind how its children are addressed
 * @param addressCells cells of an address, unsigned
 * @param sizeCells cells of a size, unsigned
 */
record Bus(Node node, BusKind kind, int addressCells, int sizeCells) {
    /** Linux's OF_MAX_ADDR_CELLS. */
    static final int MAX_ADDRESS_CELLS = 4;

    /** The bus that a node is on. */
    static Bus above(Node parent) {
        return above(parent, parent);
    }

    /**
     * The bus that a node is on, where the counts come from another node than the bus itself: Linux takes the type from
     * the DMA parent and the counts from the parent in the tree.
     */
    static Bus above(Node bus, Node countsFrom) {
        BusKind kind = BusKind.of(bus);
        return switch (kind) {
            case PCI -> new Bus(bus, kind, 3, 2);
            case ISA -> new Bus(bus, kind, 2, 1);
            case FLAGS, PLAIN -> {
                Cells cells = Cells.declared(countsFrom);
                yield new Bus(bus, kind, cells.address().value(), cells.size().value());
            }
        };
    }

    boolean hasAddresses() {
        return addressCells > 0 && addressCells <= MAX_ADDRESS_CELLS;
    }

    /** Why no address of this bus can translate, if so. */
    Optional<Untranslatable> obstacle() {
        if (!hasAddresses() || sizeCells < 0) {
            return Optional.of(new Untranslatable(
                    Reason.BAD_CELL_COUNT,
                    node.path(),
                    "#address-cells is " + Integer.toUnsignedString(addressCells) + " and #size-cells "
                            + Integer.toUnsignedString(sizeCells) + "; 1 to 4 and at least 1 are needed"));
        }
        if (sizeCells == 0) {
            return Optional.of(new Untranslatable(
                    Reason.SIZE_CELLS_ZERO,
                    node.path(),
                    "#size-cells is 0: addresses on this bus are numbers, not places in memory"));
        }
        return Optional.empty();
    }

    /** The number in the cells of an address, without the flags. */
    long number(int[] address) {
        return number(address, addressCells - kind.flagCells);
    }

    /** The low 64 bits of the number in the last cells of an address of this bus. */
    private long number(int[] address, int cells) {
        long number = cells < 1 ? 0 : address[addressCells - 1] & 0xffff_ffffL;
        return cells < 2 ? number : number | (long) address[addressCells - 2] << 32;
    }

    /** The number in all cells of an address, the flags among them. */
    long wholeNumber(int[] address) {
        return number(address, addressCells);
    }

    /** Adds to the number in an address; with one cell, the upper half of the sum is lost. */
    void add(int[] address, long offset) {
        int cells = addressCells - kind.flagCells;
        long sum = number(address, cells) + offset;
        for (int i = kind.flagCells; i < addressCells; i++) {
            address[i] = 0;
        }
        if (cells > 1) {
            address[addressCells - 2] = (int) (sum >>> 32);
        }
        address[addressCells - 1] = (int) sum;
    }

    /** The low 64 bits of a number in consecutive cells of a property; cells past its end read as zero. */
    static long read(Property property, long firstCell, long cells) {
        long low = cells < 1 ? 0 : cell(property, firstCell + cells - 1) & 0xffff_ffffL;
        return cells < 2 ? low : low | (long) cell(property, firstCell + cells - 2) << 32;
    }

    static int cell(Property property, long index) {
        return index < property.cellCount() ? property.cell((int) index) : 0;
    }
}
