// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.IrqInfo;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * An interrupt of a device. It is enabled from when it is opened until it is closed.
 *
 * <pre>{@code
 * Interrupt alarm = rtc.interrupt(0);
 * while (alarm.await(Duration.ofSeconds(10)) != 0) {
 *     CLEAR.write(registers, 1);       // the device lowers the line
 * }                                    // the next await unmasks it
 * }</pre>
 *
 * <p>A level-triggered interrupt ({@link #isLevel}) is masked by the kernel when it fires. It is unmasked after the
 * handler, or by the next {@link #await}, or by {@link #unmask}; if the line is still asserted then, it fires again. When
 * it is opened it is unmasked too, so one that fired when nobody listened is not lost. It has to be waited for by one
 * thread at a time. An edge-triggered one is never masked: each edge counts, also when it comes while another is served.
 *
 * <p>Where Linux could not request the line, because another driver has it, an interrupt that was opened with a {@link
 * Polling} looks at the device instead. {@link #pollingReason} says why, and so does a warning in the log.
 *
 * <p>All methods are safe for use by several threads. After {@link #close} they throw {@link IllegalStateException}. Nothing
 * is allocated for an interrupt that fires, unless it is polled.
 */
public final class Interrupt implements AutoCloseable {
    private final String name;
    private final IrqInfo info;
    private final Line line;
    private final Waiter waiter;
    private final AtomicLong count = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private Waiter.Registration registration;

    Interrupt(String name, IrqInfo info, Line line, Waiter waiter) {
        this.name = name;
        this.info = info;
        this.line = line;
        this.waiter = waiter;
    }

    /** {@return device and index, such as {@code 9000000.pl011 IRQ 0}} */
    public String name() {
        return name;
    }

    /** {@return which IRQ index of the device} */
    public int index() {
        return info.index();
    }

    /** {@return true for level-triggered, which masks itself when it fires; false for edge-triggered} */
    public boolean isLevel() {
        return info.isAutomasked();
    }

    /** {@return how often it fired since it was opened, as far as that was taken by {@link #await} or a handler} */
    public long count() {
        return count.get();
    }

    /**
     * Waits until it fires; returns at once if it did since the last time. A level-triggered interrupt that the last call
     * returned is unmasked first. An interruption of the thread does not end the wait; {@link #close} does.
     *
     * @param timeout for how long to wait at most; 0 or less not at all
     * @return how often it fired since the last time; 0 if it did not within the time, 1 of a level-triggered one that did
     * @throws VfioException if the kernel refuses to wait or to unmask
     * @throws IllegalStateException if it has a handler, or if it is closed, or is meanwhile
     */
    public long await(Duration timeout) throws VfioException {
        requireOpen();
        synchronized (this) {
            if (registration != null && registration.isActive()) {
                throw new IllegalStateException(name + " has a handler, which gets its interrupts");
            }
        }
        line.rearm();
        return counted(line.await(timeout));
    }

    /**
     * Has a handler called whenever it fires, by the one thread that waits for the interrupts of the device with a
     * handler. The handlers of a device are called one after the other. What an exception of it does, says {@link
     * #onInterrupt(InterruptHandler, Thread.UncaughtExceptionHandler)}; it goes to the uncaught-exception handler of the
     * thread, which prints it unless the program set another as default.
     *
     * @param handler the handler
     * @throws VfioException if the kernel refuses what the thread waits with
     * @throws IllegalStateException if it has a handler already
     */
    public void onInterrupt(InterruptHandler handler) throws VfioException {
        onInterrupt(
                handler,
                (thread, failure) -> thread.getUncaughtExceptionHandler().uncaughtException(thread, failure));
    }

    /**
     * Has a handler called whenever it fires, and another for what it throws. The thread goes on after an exception, and
     * the handler is called for the next interrupt. But a level-triggered interrupt stays masked until {@link #unmask}: the
     * device may not have been served, and would interrupt for ever. If the kernel refuses to tell of interrupts any more,
     * that goes to the second handler too, and the first one is never called again.
     *
     * @param handler the handler
     * @param uncaught gets what the handler throws; called by the same thread
     * @throws VfioException if the kernel refuses what the thread waits with
     * @throws IllegalStateException if it has a handler already
     */
    public void onInterrupt(InterruptHandler handler, Thread.UncaughtExceptionHandler uncaught) throws VfioException {
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(uncaught, "uncaught");
        synchronized (this) {
            requireOpen();
            if (registration != null && registration.isActive()) {
                throw new IllegalStateException(name + " has a handler already");
            }
            line.rearm();
            registration = waiter.register(this, handler, uncaught);
        }
    }

    /**
     * Masks a level-triggered interrupt until {@link #unmask}; what else would unmask it does not. Masks do not nest.
     *
     * @throws VfioException if the kernel refuses
     * @throws UnsupportedOperationException if it is edge-triggered
     */
    public void mask() throws VfioException {
        requireMaskable();
        line.mask();
    }

    /**
     * Unmasks a level-triggered interrupt. If the line is still asserted, it fires at once.
     *
     * @throws VfioException if the kernel refuses
     * @throws UnsupportedOperationException if it is edge-triggered
     */
    public void unmask() throws VfioException {
        requireMaskable();
        line.unmask();
    }

    /**
     * Lets the kernel unmask a level-triggered interrupt whenever an eventfd is signalled, without a call of ours, and
     * unmasks it once now. This is for a virtual machine: the eventfd is the resamplefd of KVM_IRQFD, and {@link #eventFd}
     * its fd. Nothing else unmasks it then but {@link #unmask}.
     *
     * @param eventFd the eventfd; the caller's
     * @throws VfioException if the kernel refuses, also one that is polled; EBUSY if there is such an eventfd already
     * @throws UnsupportedOperationException if it is edge-triggered
     */
    public void unmaskOn(EventFd eventFd) throws VfioException {
        requireMaskable();
        line.unmaskOn(eventFd);
    }

    /**
     * Ends what {@link #unmaskOn} began. The line stays as it is until the next {@link #await}, handler or {@link #unmask}.
     *
     * @throws VfioException if the kernel refuses, also one that is polled
     * @throws UnsupportedOperationException if it is edge-triggered
     */
    public void stopUnmaskOn() throws VfioException {
        requireMaskable();
        line.stopUnmaskOn();
    }

    /**
     * What the kernel signals when it fires: the fd of KVM_IRQFD. Who takes the count of it takes the interrupts away from
     * {@link #await} and the handler.
     *
     * @return the eventfd, which this object closes; empty if the interrupt is polled
     */
    public Optional<EventFd> eventFd() {
        return line.eventFd();
    }

    /**
     * Makes the kernel do what it does when the line fires, for tests: of a level-triggered interrupt that is masked,
     * nothing.
     *
     * @throws VfioException if the kernel refuses, also one that is polled
     */
    public void fire() throws VfioException {
        requireOpen();
        line.fire();
    }

    /**
     * Why the device is polled instead of waited for.
     *
     * @return the error that Linux had with the interrupt line, see {@link Step#REQUEST_IRQ}; empty if it is not polled
     */
    public Optional<VfioException> pollingReason() {
        return line.refusal();
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Disables the interrupt. Waits in progress end with an exception. No handler runs any more once this returns: it waits
     * for one that does, unless it is called by one. So it must not be called with a lock that a handler needs. Closing
     * again does nothing.
     *
     * @throws UncheckedIOException if the kernel does not disable it. It is closed nevertheless, and closing the device
     *     disables it
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        Waiter.Registration running;
        synchronized (this) {
            running = registration;
        }
        try {
            if (running != null) {
                waiter.unregister(running);
            }
        } finally {
            closeLine();
        }
    }

    private void closeLine() {
        try {
            line.close();
        } catch (VfioException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    Line line() {
        return line;
    }

    long counted(long fired) {
        if (fired != 0) {
            count.getAndAdd(fired);
        }
        return fired;
    }

    private void requireMaskable() {
        requireOpen();
        if (!info.isMaskable()) {
            throw new UnsupportedOperationException(
                    name + " is edge-triggered, which cannot be masked; disable it in the device");
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    @Override
    public String toString() {
        return name
                + (isLevel() ? " (level" : " (edge")
                + (line.refusal().isPresent() ? ", polled" : "")
                + (isClosed() ? ", closed)" : ")");
    }
}
