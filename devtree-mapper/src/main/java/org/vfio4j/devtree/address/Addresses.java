// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.address.Translation.Reason;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.address.Translation.Untranslatable;

/**
 * Reads and translates the addresses of a node. Numbers are 64 bits, unsigned; of an address or size with more cells
 * the low 64 bits count, as in Linux. No method throws, whatever the properties hold.
 */
public final class Addresses {
    private Addresses() {}

    /**
     * The entries of {@code reg}, each translated to the CPU's address as Linux's {@code of_address_to_resource} does.
     * On a PCI bus these are the entries of {@code assigned-addresses}. An entry that the property cuts off does not
     * count.
     *
     * @param node the node
     * @return all whole entries, in order; empty without {@code reg}, for the root, and if the number of address cells
     *     is not 1 to 4
     */
    public static List<RegEntry> reg(Node node) {
        Node parent = node.parent().orElse(null);
        if (parent == null) {
            return List.of();
        }
        BusKind kind = BusKind.of(parent);
        Property property = node.property(kind.addresses).orElse(null);
        if (property == null || property.cellCount() == 0) {
            return List.of();
        }
        BusPath path = BusPath.of(node, Direction.CPU).orElseThrow();
        Bus bus = path.first();
        if (!bus.hasAddresses()) {
            return List.of();
        }
        List<String> names = node.strings("reg-names");
        int addressCells = bus.addressCells();
        long sizeCells = bus.sizeCells() & 0xffff_ffffL;
        List<RegEntry> entries = new ArrayList<>(2);
        for (long at = 0; at + addressCells + sizeCells <= property.cellCount(); at += addressCells + sizeCells) {
            int index = entries.size();
            long address = Bus.read(property, at + kind.flagCells, addressCells - kind.flagCells);
            long size = Bus.read(property, at + addressCells, sizeCells);
            Optional<String> name = index < names.size() ? Optional.of(names.get(index)) : Optional.empty();
            entries.add(new RegEntry(index, name, address, size, resource(path, property, at, size)));
        }
        return entries;
    }

    /** What Linux's {@code __of_address_to_resource} makes of one entry. */
    private static Translation resource(BusPath path, Property property, long at, long size) {
        int firstCell = Bus.cell(property, at);
        AddressSpace space = path.first().kind().space(firstCell).orElse(null);
        if (space == null) {
            return neitherMemoryNorIo(path.first().node(), firstCell);
        }
        Translation translation = path.translate(property, at, space);
        if (translation instanceof Translated translated) {
            if (space == AddressSpace.IO) {
                return new Untranslatable(
                        Reason.IO_WINDOW_NOT_REGISTERED,
                        path.first().node().path(),
                        "I/O ports, at CPU address 0x" + Long.toHexString(translated.address())
                                + " if the host bridge's window is there");
            }
            return checkEnd(translated, size, path.first().node());
        }
        return translation;
    }

    private static Untranslatable neitherMemoryNorIo(Node bus, int firstCell) {
        return new Untranslatable(
                Reason.NOT_MEMORY_OR_IO,
                bus.path(),
                "the first cell, 0x" + Integer.toHexString(firstCell) + ", says neither memory nor I/O");
    }

    private static Translation checkEnd(Translated translated, long size, Node bus) {
        if (size != 0 && Long.compareUnsigned(translated.address() + (size - 1), translated.address()) < 0) {
            return new Untranslatable(
                    Reason.OVERFLOW,
                    bus.path(),
                    "0x" + Long.toHexString(translated.address()) + " + 0x" + Long.toHexString(size)
                            + " is beyond 2^64");
        }
        return translated;
    }

    /**
     * The entries of {@code ranges}, each window's start translated to the CPU's address. Windows that follow each other
     * without a gap stay apart (Linux's {@code for_each_of_range} joins them).
     *
     * @param node the bus node
     * @return all whole entries, in order; empty if {@code ranges} is absent or empty, and for the root
     */
    public static List<RangesEntry> ranges(Node node) {
        return windows(node, Direction.CPU);
    }

    /**
     * The entries of {@code dma-ranges}, each window's start translated to the CPU's address through the {@code
     * dma-ranges} above, of which an absent one changes nothing.
     *
     * @param node the bus node
     * @return all whole entries, in order; empty if {@code dma-ranges} is absent or empty, and for the root
     */
    public static List<RangesEntry> dmaRanges(Node node) {
        return windows(node, Direction.DMA);
    }

    // Linux, of_pci_range_parser_one: here the counts are those that the properties give, even on a PCI or ISA bus.
    private static List<RangesEntry> windows(Node node, Direction direction) {
        Property property = node.property(direction.windows).orElse(null);
        BusPath path = BusPath.of(node, direction).orElse(null);
        if (property == null || path == null) {
            return List.of();
        }
        BusKind kind = BusKind.of(node);
        Cells below = Cells.declared(node);
        long childCells = below.address().value() & 0xffff_ffffL;
        long parentCells =
                Cells.count(node.parent().orElse(node), "#address-cells").value() & 0xffff_ffffL;
        long sizeCells = below.size().value() & 0xffff_ffffL;
        long entryCells = childCells + parentCells + sizeCells;
        List<RangesEntry> entries = new ArrayList<>(2);
        for (long at = 0; entryCells > 0 && at + entryCells <= property.cellCount(); at += entryCells) {
            long child = Bus.read(property, at + kind.flagCells, childCells - kind.flagCells);
            long parent = parentNumber(path.first(), property, at + childCells, parentCells);
            long size = Bus.read(property, at + childCells + parentCells, sizeCells);
            int firstCell = Bus.cell(property, at);
            AddressSpace space = direction == Direction.DMA
                    ? AddressSpace.MEMORY
                    : kind.space(firstCell).orElse(null);
            Translation translation = space == null
                    ? neitherMemoryNorIo(node, firstCell)
                    : path.translate(property, at + childCells, space);
            if (translation instanceof Translated translated && direction == Direction.CPU) {
                translation = checkEnd(translated, size, node);
            }
            entries.add(new RangesEntry(entries.size(), child, parent, size, translation));
        }
        return entries;
    }

    private static long parentNumber(Bus above, Property property, long at, long cells) {
        int flagCells = above.kind().flagCells;
        return Bus.read(property, at + flagCells, cells - flagCells);
    }

    /**
     * The windows through which a device reaches memory: the entries of the {@code dma-ranges} that Linux's {@code
     * of_dma_get_range} finds, the device's own or that of the nearest bus above it that has entries. On a bus without
     * such windows DMA addresses are the CPU's.
     *
     * @param device the device's node
     * @return the windows, in order: {@code childAddress} is the device's address; empty if there are none
     */
    public static List<RangesEntry> dmaWindows(Node device) {
        Node node = device;
        for (int step = 0; node != null && step < BusPath.MAX_CROSSINGS; step++) {
            Property windows = node.property(Direction.DMA.windows).orElse(null);
            if (windows != null && windows.length() > 0) {
                return dmaRanges(node);
            }
            // An empty dma-ranges says "the same above"; a missing one ends the search, except the device's own.
            if (windows == null && step > 0) {
                return List.of();
            }
            node = Direction.DMA.parentOf(node);
        }
        return List.of();
    }

    /**
     * Translates one address of a node's bus to the CPU's address (Linux {@code of_translate_address}).
     *
     * @param node the node
     * @param address the cells, as they would stand in the node's {@code reg}; missing ones are zero
     * @return the CPU's address, or why there is none; always {@code MEMORY}, as a bare address does not say
     */
    public static Translation translate(Node node, int... address) {
        return translate(node, Direction.CPU, address);
    }

    /**
     * Translates one DMA address of a node's bus to the CPU's address (Linux {@code of_translate_dma_address}).
     *
     * @param node the node
     * @param address the cells, as they would stand in the node's {@code reg}; missing ones are zero
     * @return the CPU's address, or why there is none
     */
    public static Translation translateDma(Node node, int... address) {
        return translate(node, Direction.DMA, address);
    }

    private static Translation translate(Node node, Direction direction, int[] address) {
        return BusPath.of(node, direction)
                .map(path -> path.translate(address, AddressSpace.MEMORY))
                .orElseGet(() -> new Untranslatable(Reason.NO_RANGES, "/", "the root is on no bus"));
    }
}
