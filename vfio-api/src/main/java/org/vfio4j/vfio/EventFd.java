// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.internal.Structs;

/**
 * An eventfd: a 64-bit count in the kernel that one side adds to and the other takes and waits for. VFIO and KVM signal
 * interrupts with it, and are told with it to mask and unmask them.
 *
 * <p>All methods are safe for use by several threads; a count is given to one of those that wait. After {@code close()}
 * they throw {@link IllegalStateException}, also a wait that was in progress. No method allocates memory.
 *
 * <p>Source: eventfd(2), {@code fs/eventfd.c}.
 */
public final class EventFd implements AutoCloseable {
    private static final int POLLFD_SIZE = 8;
    private static final int POLLFD_EVENTS = 4;

    private final FileDescriptor descriptor;
    private final ByteBuffer one = Structs.allocate(Long.BYTES).putLong(0, 1);
    private final ByteBuffer taken = Structs.allocate(Long.BYTES);
    private final ByteBuffer pollfd =
            Structs.allocate(POLLFD_SIZE).putShort(POLLFD_EVENTS, (short) LinuxSyscalls.POLLIN);
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean closing;

    private EventFd(FileDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Makes an eventfd with a count of 0.
     *
     * @param linux the kernel
     * @param name what it is for, for messages, such as {@code eventfd of 9000000.pl011 IRQ 0}
     * @return the eventfd
     * @throws VfioException if the kernel makes none, such as for the limit of open files
     */
    public static EventFd create(LinuxSyscalls linux, String name) throws VfioException {
        int number = VfioException.check(
                Step.EVENTFD, name, linux.eventfd(0, LinuxSyscalls.EFD_CLOEXEC | LinuxSyscalls.EFD_NONBLOCK));
        return new EventFd(FileDescriptor.owning(linux, number, name));
    }

    /** {@return what it is for} */
    public String name() {
        return descriptor.name();
    }

    /** {@return the descriptor, to hand to the kernel; it must not be closed} */
    public FileDescriptor descriptor() {
        return descriptor;
    }

    /**
     * Adds one to the count.
     *
     * @throws VfioException if the kernel refuses; EAGAIN if the count is the largest there is, 2^64-2
     */
    public void signal() throws VfioException {
        check(Step.WRITE_EVENTFD, descriptor.write(one));
    }

    /**
     * Takes the count, without waiting.
     *
     * @return how often it was signalled since it was taken last; 0 if it was not
     * @throws VfioException if the kernel refuses
     */
    public long take() throws VfioException {
        synchronized (taken) {
            int result = descriptor.read(taken);
            if (result == -Errno.EAGAIN.number()) {
                return 0;
            }
            check(Step.READ_EVENTFD, result);
            return taken.getLong(0);
        }
    }

    /**
     * Takes the count, and waits until there is one. An interruption of the thread does not end it; {@link #close} does.
     *
     * @param timeout for how long to wait at most, rounded up to a millisecond; 0 or less not at all
     * @return how often it was signalled since it was taken last; 0 if it was not within the time
     * @throws VfioException if the kernel refuses
     * @throws IllegalStateException if it is closed, or is meanwhile
     */
    public long await(Duration timeout) throws VfioException {
        long count = take();
        if (count != 0) {
            return count;
        }
        long nanos = TimeUnit.NANOSECONDS.convert(timeout);
        long start = System.nanoTime();
        waiting.getAndIncrement();
        try {
            long left = nanos;
            while (left > 0) {
                if (closing) {
                    throw closed();
                }
                int ready = check(Step.POLL, descriptor.poll(pollfd, millis(left)));
                if (closing) {
                    throw closed();
                }
                count = ready > 0 ? take() : 0;
                if (count != 0) {
                    return count;
                }
                left = nanos - (System.nanoTime() - start);
            }
            return 0;
        } finally {
            waiting.getAndDecrement();
        }
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return closing;
    }

    /**
     * Closes it, and ends the waits that are in progress. The kernel keeps its own hold of an eventfd that signals an
     * interrupt, and lets go of one that masks or unmasks. Closing again does nothing.
     */
    @Override
    public void close() {
        // With the lock, so that nobody takes the count that is to wake the others.
        synchronized (taken) {
            closing = true;
            if (waiting.get() > 0 && !descriptor.isClosed()) {
                // No matter if it fails: a count that has no room for one more wakes as well.
                descriptor.write(one);
            }
            descriptor.close();
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException(name() + " is closed");
    }

    private int check(Step step, int result) throws VfioException {
        return VfioException.check(step, descriptor.name(), result);
    }

    private static int millis(long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        return (int) Math.min(Integer.MAX_VALUE, millis + (TimeUnit.MILLISECONDS.toNanos(millis) < nanos ? 1 : 0));
    }

    @Override
    public String toString() {
        return descriptor.toString();
    }
}
