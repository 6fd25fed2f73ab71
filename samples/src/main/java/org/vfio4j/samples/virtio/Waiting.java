// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import java.time.Duration;
import java.util.Objects;

/**
 * How to wait for a device.
 *
 * @param timeout for how long at most, more than 0
 * @param interrupts true to sleep until the device interrupts; false to look at its memory again and again, which answers
 *     sooner and keeps a CPU busy
 */
public record Waiting(Duration timeout, boolean interrupts) {
    /**
     * Checks the time.
     *
     * @param timeout for how long at most
     * @param interrupts whether to wait for interrupts
     * @throws IllegalArgumentException if the time is not more than 0
     */
    public Waiting {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("expected a time of more than 0, got " + timeout);
        }
    }

    /**
     * Sleeps until the device interrupts.
     *
     * @param timeout for how long at most, more than 0
     * @return the way to wait
     */
    public static Waiting forInterrupts(Duration timeout) {
        return new Waiting(timeout, true);
    }

    /**
     * Looks at the device's memory again and again, and asks it not to interrupt. A device that asks to be reset is not
     * noticed then before the time is over.
     *
     * @param timeout for how long at most, more than 0
     * @return the way to wait
     */
    public static Waiting polling(Duration timeout) {
        return new Waiting(timeout, false);
    }
}
