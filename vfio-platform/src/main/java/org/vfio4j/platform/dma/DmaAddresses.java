// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.util.ArrayList;
import java.util.List;

/** Where a buffer is for the device: units of one size, each at an address of its own. */
final class DmaAddresses {
    /** A unit of which every buffer is a part. */
    private static final int WHOLE_BUFFER = 31;

    private final long[] units;
    private final int shift;

    private DmaAddresses(long[] units, int shift) {
        this.units = units;
        this.shift = shift;
    }

    /** One run. */
    static DmaAddresses from(long first) {
        return new DmaAddresses(new long[] {first}, WHOLE_BUFFER);
    }

    /** The addresses of pages of one size, a power of two. */
    static DmaAddresses ofPages(long[] pages, long pageSize) {
        DmaAddresses all = new DmaAddresses(pages, Long.numberOfTrailingZeros(pageSize));
        return all.isRun(0, pages.length * pageSize) ? from(pages[0]) : all;
    }

    /** The address of a byte, or of the end. */
    long at(long offset) {
        int unit = (int) Math.min(offset >>> shift, units.length - 1L);
        return units[unit] + offset - ((long) unit << shift);
    }

    /** Whether some bytes are one run. */
    boolean isRun(long offset, long length) {
        return length == 0 || runFrom(offset, offset + length) == offset + length;
    }

    /** The runs of some bytes; offsets count from the first of them. */
    List<DmaSegment> segments(long offset, long length) {
        List<DmaSegment> segments = new ArrayList<>();
        long end = offset + length;
        long at = offset;
        while (at < end) {
            long next = runFrom(at, end);
            segments.add(new DmaSegment(at - offset, at(at), next - at));
            at = next;
        }
        return segments;
    }

    /** Where the run ends that begins at an offset. */
    private long runFrom(long start, long end) {
        long at = start;
        do {
            at = Math.min(end, ((at >>> shift) + 1) << shift);
        } while (at < end && at(at) - at(start) == at - start);
        return at;
    }
}
