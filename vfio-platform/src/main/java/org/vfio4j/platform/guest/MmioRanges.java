// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.util.Arrays;

/** Ranges that do not overlap, by rising address. Immutable: who reads one sees all of it or nothing. */
final class MmioRanges {
    static final MmioRanges NONE = new MmioRanges(new MmioRange[0]);

    private final MmioRange[] ranges;
    /** The first addresses, once more: a search stays in one array. */
    private final long[] firsts;

    private MmioRanges(MmioRange... ranges) {
        this.ranges = ranges;
        this.firsts = Arrays.stream(ranges).mapToLong(MmioRange::guestAddress).toArray();
    }

    /** The range that has the address; null if none has. */
    MmioRange at(long address) {
        int below = lastNotAbove(address);
        if (below < 0) {
            return null;
        }
        MmioRange range = ranges[below];
        return Long.compareUnsigned(address, range.lastGuestAddress()) <= 0 ? range : null;
    }

    /** The last address before the next range that begins above the address, or the last one that there is. */
    long lastBeforeNext(long address) {
        int next = lastNotAbove(address) + 1;
        return next < ranges.length ? firsts[next] - 1 : -1L;
    }

    /** Index of the last range that begins at the address or below it; -1 if none does. */
    private int lastNotAbove(long address) {
        int low = 0;
        int high = firsts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(firsts[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    MmioRanges with(MmioRange added) {
        int below = lastNotAbove(added.lastGuestAddress());
        if (below >= 0 && Long.compareUnsigned(ranges[below].lastGuestAddress(), added.guestAddress()) >= 0) {
            throw new IllegalArgumentException("expected guest addresses that no handler answers for, got " + added
                    + ", of which " + ranges[below] + " are those of " + ranges[below].handler());
        }
        MmioRange[] more = new MmioRange[ranges.length + 1];
        System.arraycopy(ranges, 0, more, 0, below + 1);
        more[below + 1] = added;
        System.arraycopy(ranges, below + 1, more, below + 2, ranges.length - below - 1);
        return new MmioRanges(more);
    }

    MmioRanges without(MmioRange removed) {
        return new MmioRanges(
                Arrays.stream(ranges).filter(range -> range != removed).toArray(MmioRange[]::new));
    }
}
