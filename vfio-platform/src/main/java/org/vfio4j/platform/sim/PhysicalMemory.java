// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lies behind the regions of the board: plain memory, zero at first, one for all devices at a physical address, so
 * that every way to it shows the same bytes. Pages come into being when they are touched.
 */
final class PhysicalMemory {
    /** The pages of regions that overlap one another, by their first page number. */
    private final TreeMap<Long, PhysicalExtent> extents = new TreeMap<>();

    private final int pageSize;
    private final int pageShift;

    PhysicalMemory(List<DeviceRegion> regions, int pageSize) {
        this.pageSize = pageSize;
        this.pageShift = Integer.numberOfTrailingZeros(pageSize);
        regions.stream()
                .filter(region -> region.size() != 0)
                .sorted(Comparator.comparing(DeviceRegion::address, Long::compareUnsigned))
                .forEach(region ->
                        add(region.address() >>> pageShift, (region.address() + region.size() - 1) >>> pageShift));
    }

    // Regions come by rising address, so only the last extent can overlap.
    private void add(long firstPage, long lastPage) {
        Map.Entry<Long, PhysicalExtent> last = extents.lastEntry();
        if (last != null && last.getValue().lastPage() >= firstPage) {
            PhysicalExtent merged =
                    new PhysicalExtent(last.getKey(), Math.max(last.getValue().lastPage(), lastPage), pageSize);
            extents.put(last.getKey(), merged);
        } else {
            extents.put(firstPage, new PhysicalExtent(firstPage, lastPage, pageSize));
        }
    }

    /** Reads a little-endian number of 1, 2, 4 or 8 bytes. */
    long read(long address, int width) {
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | (extentOf(address + i).getByte(address + i) & 0xff);
        }
        return value;
    }

    /** Writes a little-endian number of 1, 2, 4 or 8 bytes. */
    void write(long address, int width, long value) {
        for (int i = 0; i < width; i++) {
            extentOf(address + i).putByte(address + i, (byte) (value >>> (8 * i)));
        }
    }

    /** The bytes themselves; the range is whole pages of one region. */
    ByteBuffer bytes(long address, long length) {
        return extentOf(address).bytes(address, length);
    }

    /** Whether a region has a page in a range of addresses, both ends inclusive. */
    boolean overlaps(long first, long last) {
        Map.Entry<Long, PhysicalExtent> entry = extents.floorEntry(last >>> pageShift);
        return entry != null && entry.getValue().lastPage() >= first >>> pageShift;
    }

    private PhysicalExtent extentOf(long address) {
        Map.Entry<Long, PhysicalExtent> entry = extents.floorEntry(address >>> pageShift);
        if (entry == null || entry.getValue().lastPage() < address >>> pageShift) {
            throw new IllegalArgumentException(
                    "no region of a device holds physical address 0x" + Long.toHexString(address));
        }
        return entry.getValue();
    }
}
