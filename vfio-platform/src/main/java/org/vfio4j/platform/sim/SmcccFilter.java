// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;
import org.vfio4j.linux.Errno;

/** Which calls of the guest come to user space: kvm_smccc_set_filter of {@code arch/arm64/kvm/hypercalls.c}. */
final class SmcccFilter {
    private static final int BASE = 0;
    private static final int COUNT = 4;
    private static final int ACTION = 8;
    private static final int PADDING = 9;
    private static final int SIZE = 24;
    private static final int ACTIONS = 3;

    private final List<Range> ranges = new ArrayList<>();

    /** Function numbers, inclusive. */
    private record Range(long start, long end) {
        boolean overlaps(Range other) {
            return start <= other.end && other.start <= end;
        }
    }

    void set(UserBuffer filter, boolean hasRun) {
        filter.require(SIZE);
        for (int i = PADDING; i < SIZE; i++) {
            KernelError.requireValid(filter.getByte(i) == 0);
        }
        int base = filter.getInt(BASE);
        int count = filter.getInt(COUNT);
        int end = base + count - 1;
        KernelError.requireValid(count != 0
                && Integer.compareUnsigned(end, base) >= 0
                && Byte.toUnsignedInt(filter.getByte(ACTION)) < ACTIONS);
        KernelError.require(!hasRun, Errno.EBUSY);
        if (ranges.isEmpty()) {
            // The architecture's own, for 32-bit and for 64-bit calls.
            ranges.add(new Range(0x8000_0000L, 0x8000_ffffL));
            ranges.add(new Range(0xc000_0000L, 0xc000_ffffL));
        }
        Range wanted = new Range(Integer.toUnsignedLong(base), Integer.toUnsignedLong(end));
        KernelError.require(ranges.stream().noneMatch(wanted::overlaps), Errno.EEXIST);
        ranges.add(wanted);
    }
}
