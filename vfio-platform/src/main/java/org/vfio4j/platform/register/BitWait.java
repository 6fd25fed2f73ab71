// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for bits of a register: reads without a pause first, as most devices answer soon, then ever more seldom. */
record BitWait(Region region, long offset, int width, long mask, long expected, Duration timeout) {
    private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    BitWait {
        if (width != 1 && width != 2 && width != 4 && width != 8) {
            throw new IllegalArgumentException("expected a width of 1, 2, 4 or 8 bytes, got " + width);
        }
        if ((expected & ~mask) != 0) {
            throw new IllegalArgumentException("0x" + Long.toHexString(expected)
                    + " has bits that are not in the mask 0x" + Long.toHexString(mask));
        }
    }

    long await() {
        long start = System.nanoTime();
        long limit = nanosOf(timeout);
        long pause = SPIN_NANOS;
        while (true) {
            // The clock before the register: what is read after the deadline still counts.
            long passed = System.nanoTime() - start;
            long value = read();
            if ((value & mask) == expected) {
                return value;
            }
            if (passed >= limit) {
                throw new RegisterTimeoutException(region.name(), offset, width, mask, expected, value, timeout);
            }
            if (passed < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(Math.min(pause, limit - passed));
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        }
    }

    private long read() {
        return switch (width) {
            case 1 -> region.read8(offset);
            case 2 -> region.read16(offset);
            case 4 -> region.read32(offset) & 0xffff_ffffL;
            default -> region.read64(offset);
        };
    }

    private static long nanosOf(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException tooLong) {
            return timeout.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }
}
