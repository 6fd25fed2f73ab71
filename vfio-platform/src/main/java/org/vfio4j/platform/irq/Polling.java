// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * What to do if Linux could not request the interrupt line: look at the device again and again. An exception of a look
 * goes to the caller of {@link Interrupt#await}; an interrupt with a handler is not looked at any more, and the exception
 * goes where those of the handler go.
 *
 * @param interval how long to wait from one look to the next, more than 0; with a handler at least a millisecond
 * @param pending looks at the device: whether it would assert the line. Called by the thread that waits
 */
public record Polling(Duration interval, BooleanSupplier pending) {
    /**
     * Checks the interval.
     *
     * @param interval how long to wait from one look to the next
     * @param pending looks at the device
     * @throws IllegalArgumentException if the interval is not more than 0
     */
    public Polling {
        Objects.requireNonNull(pending, "pending");
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("expected an interval of more than 0, got " + interval);
        }
    }

    /**
     * Looks at the device again and again.
     *
     * @param interval how long to wait from one look to the next, more than 0
     * @param pending whether the device would assert the line
     * @return the way to poll
     */
    public static Polling every(Duration interval, BooleanSupplier pending) {
        return new Polling(interval, pending);
    }
}
