// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.vfio4j.vfio.IovaRange;

/**
 * Which IOVAs are free: first fit, from the lowest, so that addresses stay within the bits of the device and those that
 * are given back are used again. Runs that touch are one. Addresses are unsigned 64-bit numbers; ends are inclusive, as
 * the last address of all has none behind it. Not safe for use by several threads.
 */
final class IovaAllocator {
    /** The free runs: their last addresses by their first. */
    private final TreeMap<Long, Long> free = new TreeMap<>(Long::compareUnsigned);

    /** Where IOVAs can be at all, which leaves out what is reserved. */
    IovaAllocator(List<IovaRange> ranges) {
        ranges.forEach(range -> release(range.first(), range.last()));
    }

    /**
     * Takes the lowest free run.
     *
     * @param length bytes, not 0
     * @param alignment what its first address must be a multiple of, a power of two
     * @param lowest the lowest address that it may begin at
     * @param highest the highest that it may have
     * @return its first address; empty if there is none
     */
    OptionalLong take(long length, long alignment, long lowest, long highest) {
        for (Map.Entry<Long, Long> run : free.entrySet()) {
            long from = max(run.getKey(), lowest);
            long first = (from + alignment - 1) & -alignment;
            long last = first + length - 1;
            boolean wraps = less(first, from) || less(last, first);
            if (!wraps && !less(min(run.getValue(), highest), last)) {
                cut(run.getKey(), run.getValue(), first, last);
                return OptionalLong.of(first);
            }
        }
        return OptionalLong.empty();
    }

    /** Takes a given run; false if it is not all free. */
    boolean takeAt(long first, long length) {
        long last = first + length - 1;
        Map.Entry<Long, Long> run = free.floorEntry(first);
        if (less(last, first) || run == null || less(run.getValue(), last)) {
            return false;
        }
        cut(run.getKey(), run.getValue(), first, last);
        return true;
    }

    /** Gives back what was taken. */
    void giveBack(long first, long length) {
        release(first, first + length - 1);
    }

    private void cut(long runFirst, long runLast, long first, long last) {
        free.remove(runFirst);
        if (runFirst != first) {
            free.put(runFirst, first - 1);
        }
        if (runLast != last) {
            free.put(last + 1, runLast);
        }
    }

    private void release(long first, long last) {
        Map.Entry<Long, Long> before = free.floorEntry(last);
        if (less(last, first) || (before != null && !less(before.getValue(), first))) {
            throw new IllegalArgumentException(
                    "IOVAs " + new IovaRange(first, last) + " are free already, or not a range");
        }
        long from = first;
        if (before != null && before.getValue() + 1 == first) {
            from = before.getKey();
        }
        long to = last;
        Long behind = last == -1 ? null : free.remove(last + 1);
        if (behind != null) {
            to = behind;
        }
        free.put(from, to);
    }

    /** The free runs, by rising address. */
    List<IovaRange> free() {
        return free.entrySet().stream()
                .map(run -> new IovaRange(run.getKey(), run.getValue()))
                .toList();
    }

    private static boolean less(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    private static long max(long a, long b) {
        return less(a, b) ? b : a;
    }

    private static long min(long a, long b) {
        return less(a, b) ? a : b;
    }
}
