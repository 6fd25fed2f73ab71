// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of addresses, kept as ranges that neither overlap nor touch. Addresses are 0 to 2^62. */
final class RangeSet {
    /**
     * A range that is not empty.
     *
     * @param start first address
     * @param end the address after the last
     */
    record Range(long start, long end) {
        long size() {
            return end - start;
        }
    }

    private final TreeMap<Long, Long> ends = new TreeMap<>();

    /** Number of ranges. */
    int count() {
        return ends.size();
    }

    List<Range> ranges() {
        List<Range> ranges = new ArrayList<>(ends.size());
        ends.forEach((start, end) -> ranges.add(new Range(start, end)));
        return ranges;
    }

    void add(long start, long end) {
        if (start >= end) {
            return;
        }
        long from = start;
        long to = end;
        // Those that touch or overlap become one with it.
        for (Map.Entry<Long, Long> near = ends.floorEntry(to);
                near != null && near.getValue() >= from;
                near = ends.floorEntry(to)) {
            from = Math.min(from, near.getKey());
            to = Math.max(to, near.getValue());
            ends.remove(near.getKey());
        }
        ends.put(from, to);
    }

    void remove(long start, long end) {
        for (Range cut : within(start, end)) {
            Map.Entry<Long, Long> whole = ends.floorEntry(cut.start());
            ends.remove(whole.getKey());
            if (whole.getKey() < cut.start()) {
                ends.put(whole.getKey(), cut.start());
            }
            if (cut.end() < whole.getValue()) {
                ends.put(cut.end(), whole.getValue());
            }
        }
    }

    boolean contains(long start, long end) {
        Map.Entry<Long, Long> before = ends.floorEntry(start);
        return before != null && before.getValue() >= end;
    }

    /** What of this set is in a range, in the order of addresses. */
    List<Range> within(long start, long end) {
        List<Range> found = new ArrayList<>();
        Long first = ends.floorKey(start);
        for (Map.Entry<Long, Long> range :
                ends.tailMap(first == null ? start : first, true).entrySet()) {
            if (range.getKey() >= end) {
                break;
            }
            long from = Math.max(start, range.getKey());
            long to = Math.min(end, range.getValue());
            if (from < to) {
                found.add(new Range(from, to));
            }
        }
        return found;
    }
}
