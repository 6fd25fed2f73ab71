// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.VfioException;

/** An interrupt that the kernel refused: the program's own look at the device, at an interval. */
final class PolledLine implements Line {
    private final String name;
    private final Polling polling;
    private final VfioException refusal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean masked;
    /** Found pending and not served since, as the kernel would mask the line. */
    private volatile boolean automasked;

    private volatile boolean closed;

    PolledLine(String name, Polling polling, VfioException refusal) {
        this.name = name;
        this.polling = polling;
        this.refusal = refusal;
    }

    @Override
    public long take() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
        if (masked || automasked || !polling.pending().getAsBoolean()) {
            return 0;
        }
        automasked = true;
        return 1;
    }

    @Override
    public long await(Duration timeout) {
        long nanos = TimeUnit.NANOSECONDS.convert(timeout);
        long start = System.nanoTime();
        while (true) {
            long count = take();
            long left = nanos - (System.nanoTime() - start);
            if (count != 0 || left <= 0) {
                return count;
            }
            sleep(Math.min(left, interval()));
        }
    }

    /** An interruption does not end a wait, as it does not end one for an eventfd. */
    private void sleep(long nanos) {
        boolean interrupted = Thread.interrupted();
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !closed) {
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                    left = 0;
                }
            }
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void rearm() {
        automasked = false;
    }

    @Override
    public void mask() {
        masked = true;
    }

    @Override
    public void unmask() {
        automasked = false;
        masked = false;
    }

    @Override
    public void fire() throws VfioException {
        throw refused();
    }

    @Override
    public void unmaskOn(EventFd eventFd) throws VfioException {
        throw refused();
    }

    @Override
    public void stopUnmaskOn() throws VfioException {
        throw refused();
    }

    private VfioException refused() {
        return VfioException.of(refusal.step(), refusal.subject(), refusal.errorNumber());
    }

    @Override
    public Optional<EventFd> eventFd() {
        return Optional.empty();
    }

    @Override
    public Optional<VfioException> refusal() {
        return Optional.of(refusal);
    }

    @Override
    public long interval() {
        return TimeUnit.NANOSECONDS.convert(polling.interval());
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
