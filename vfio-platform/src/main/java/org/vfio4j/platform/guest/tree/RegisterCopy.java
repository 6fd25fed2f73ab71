// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.Cells;
import org.vfio4j.devtree.address.RangesEntry;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.mapper.RegionSource;

/**
 * Writes {@code reg} and {@code ranges} of a device's node as the guest sees them. What VFIO does not expose is left out.
 */
final class RegisterCopy {
    private final GuestDevice device;
    private final Node node;
    private final int addressCells;
    private final int sizeCells;
    /** The regions of {@code reg}, in its order. */
    private final List<RegionMapping> reg;

    private OptionalLong firstWindow = OptionalLong.empty();

    /**
     * Creates one for a device.
     *
     * @param device the device
     * @param addressCells cells of an address on the guest's bus, 1 or 2
     * @param sizeCells cells of a size there
     */
    RegisterCopy(GuestDevice device, int addressCells, int sizeCells) {
        this.device = device;
        this.node = device.node();
        this.addressCells = addressCells;
        this.sizeCells = sizeCells;
        this.reg = device.mapping().regions().stream()
                .filter(region -> region.source() == RegionSource.REG)
                .sorted(Comparator.comparingInt(RegionMapping::sourceIndex))
                .toList();
    }

    /** The guest's address of a region. */
    private long guestAddress(RegionMapping region) {
        return device.place().region(region.index()).guestAddress();
    }

    void writeReg(GuestNode guest) {
        List<Integer> cells = new ArrayList<>();
        for (RegionMapping region : reg) {
            append(cells, guestAddress(region), addressCells);
            append(cells, region.size(), sizeCells);
        }
        if (!cells.isEmpty()) {
            guest.cells("reg", cells);
        }
    }

    void writeRegNames(GuestNode guest) {
        List<String> names = node.strings("reg-names");
        List<String> kept = reg.stream()
                .filter(region -> region.sourceIndex() < names.size())
                .map(region -> names.get(region.sourceIndex()))
                .toList();
        if (!kept.isEmpty()) {
            guest.strings("reg-names", kept);
        }
    }

    /** Writes a window for each part of a host's window that is in a region; none if there is no such part. */
    void writeRanges(GuestNode guest) {
        List<Integer> cells = new ArrayList<>();
        Cells below = Cells.forChildrenOf(node);
        int childCells = below.address().value();
        int childSizeCells = below.size().value();
        boolean isReadable = childCells >= 1 && childCells <= 4 && childSizeCells >= 1 && childSizeCells <= 4;
        Property ranges = node.property("ranges").orElse(null);
        if (isReadable && ranges != null) {
            for (Window window : windows(ranges, childCells, childSizeCells)) {
                cells.addAll(offset(window.child(), window.offset()));
                append(cells, window.guest(), addressCells);
                append(cells, window.size(), childSizeCells);
                firstWindow = firstWindow.isPresent() ? firstWindow : OptionalLong.of(window.guest());
            }
        }
        if (!cells.isEmpty()) {
            guest.cells("ranges", cells);
        }
    }

    /**
     * A part of a window that is in a region.
     *
     * @param child cells of the window's first address on the bus below
     * @param offset where in the window the part begins
     * @param guest the guest's address of it
     * @param size bytes
     */
    private record Window(List<Integer> child, long offset, long guest, long size) {}

    private List<Window> windows(Property ranges, int childCells, int childSizeCells) {
        List<Window> windows = new ArrayList<>();
        if (ranges.length() == 0) {
            // The same addresses below as above: now there are windows, as the device's place is another one.
            for (RegionMapping region : reg) {
                List<Integer> child = new ArrayList<>();
                append(child, region.busAddress(), childCells);
                add(windows, new Window(child, 0, guestAddress(region), region.size()));
            }
            return windows;
        }
        int entryCells = childCells + Cells.forRegOf(node).address().value() + childSizeCells;
        for (RangesEntry entry : Addresses.ranges(node)) {
            int at = entry.index() * entryCells;
            if (!(entry.translation() instanceof Translated translated) || at + childCells > ranges.cellCount()) {
                continue;
            }
            List<Integer> child = new ArrayList<>();
            for (int i = 0; i < childCells; i++) {
                child.add(ranges.cell(at + i));
            }
            Optional<RegionMapping> own = regionOf(entry);
            if (own.isPresent() && entry.size() != 0) {
                windows.add(new Window(child, 0, guestAddress(own.get()), entry.size()));
                continue;
            }
            for (RegionMapping region : device.mapping().regions()) {
                long start = max(translated.address(), region.physicalAddress());
                long end = min(translated.address() + entry.size(), region.physicalAddress() + region.size());
                if (Long.compareUnsigned(start, end) < 0) {
                    long guest = guestAddress(region) + (start - region.physicalAddress());
                    add(windows, new Window(child, start - translated.address(), guest, end - start));
                }
            }
        }
        return windows;
    }

    /** The region that a window is; under the proposal all are some, but those equal to a register's region. */
    private Optional<RegionMapping> regionOf(RangesEntry entry) {
        return device.mapping().regions().stream()
                .filter(region -> region.source() == RegionSource.RANGES && region.sourceIndex() == entry.index())
                .findFirst();
    }

    /** Adds a window unless an earlier one has the same addresses below: of windows that overlap the first counts. */
    private static void add(List<Window> windows, Window window) {
        boolean isKnown =
                windows.stream().anyMatch(w -> w.child().equals(window.child()) && w.offset() == window.offset());
        if (window.size() != 0 && !isKnown) {
            windows.add(window);
        }
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) > 0 ? a : b;
    }

    private static long min(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }

    /** Adds to the number in the last two cells of an address. */
    private static List<Integer> offset(List<Integer> address, long offset) {
        List<Integer> sum = new ArrayList<>(address);
        int last = sum.size() - 1;
        long number = (sum.get(last) & 0xffff_ffffL) + (last > 0 ? (long) sum.get(last - 1) << 32 : 0) + offset;
        sum.set(last, (int) number);
        if (last > 0) {
            sum.set(last - 1, (int) (number >>> 32));
        }
        return sum;
    }

    private static void append(List<Integer> cells, long number, int count) {
        for (int i = count - 1; i >= 0; i--) {
            cells.add(i > 1 ? 0 : (int) (number >>> 32 * i));
        }
    }

    /** The guest's address that the node is named after: of its first register, or of its first window. */
    OptionalLong unitAddress() {
        return reg.isEmpty() ? firstWindow : OptionalLong.of(guestAddress(reg.get(0)));
    }

    /** Whether the registers of a node below the device are in no region, although the CPU of the host has them. */
    boolean isOutside(Node below) {
        for (RegEntry entry : Addresses.reg(below)) {
            if (entry.translation() instanceof Translated translated
                    && device.mapping().regions().stream()
                            .noneMatch(r -> holds(r, translated.address(), entry.size()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(RegionMapping region, long address, long size) {
        long offset = address - region.physicalAddress();
        return Long.compareUnsigned(offset, region.size()) < 0
                && Long.compareUnsigned(size, region.size() - offset) <= 0;
    }
}
