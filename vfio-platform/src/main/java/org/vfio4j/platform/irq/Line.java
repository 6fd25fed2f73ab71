// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import java.time.Duration;
import java.util.Optional;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.VfioException;

/** Where the interrupts come from. After {@link #close} the waits throw {@link IllegalStateException}. */
sealed interface Line permits KernelLine, PolledLine {
    /** How often it fired, without waiting; 0 for not at all. */
    long take() throws VfioException;

    /** How often it fired, waiting for it; 0 for not in the time. */
    long await(Duration timeout) throws VfioException;

    /** After an interrupt was served: lets the line fire again, unless somebody masked it. */
    void rearm() throws VfioException;

    void mask() throws VfioException;

    void unmask() throws VfioException;

    void fire() throws VfioException;

    void unmaskOn(EventFd eventFd) throws VfioException;

    void stopUnmaskOn() throws VfioException;

    /** What is signalled; empty if nothing is. */
    Optional<EventFd> eventFd();

    /** Why the line is polled; empty if it is not. */
    Optional<VfioException> refusal();

    /** Nanoseconds from one {@link #take} to the next; 0 if {@link #eventFd} tells when. */
    long interval();

    void close() throws VfioException;
}
