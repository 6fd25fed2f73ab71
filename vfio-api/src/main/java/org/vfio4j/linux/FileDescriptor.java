// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;

/**
 * A file descriptor that is owned and closed once. The kernel gives the number of a closed descriptor to the next file
 * that anybody opens, so a call that races with {@link #close} could reach a stranger's file. Here it cannot: the number
 * is given back when the last call that uses it has returned, and a call that begins after {@code close()} is refused.
 *
 * <p>The calls return what {@link LinuxSyscalls} returns: a result, or {@code -errno}. All are safe for use by several
 * threads at once.
 */
public final class FileDescriptor implements AutoCloseable {
    /** Set in {@link #state} by close(); below it is the number of calls in progress. */
    private static final long CLOSED = 1L << 62;

    private final LinuxSyscalls linux;
    private final int number;
    private final String name;
    private final AtomicLong state = new AtomicLong();

    private FileDescriptor(LinuxSyscalls linux, int number, String name) {
        this.linux = linux;
        this.number = number;
        this.name = name;
    }

    /**
     * Takes over a descriptor.
     *
     * @param linux the kernel that it is of
     * @param number the descriptor, 0 or more
     * @param name what it leads to, for messages, such as {@code /dev/vfio/vfio}
     * @return its owner
     * @throws IllegalArgumentException if the number is negative
     */
    public static FileDescriptor owning(LinuxSyscalls linux, int number, String name) {
        if (number < 0) {
            throw new IllegalArgumentException("a descriptor is 0 or more, not " + number);
        }
        return new FileDescriptor(Objects.requireNonNull(linux), number, Objects.requireNonNull(name));
    }

    /** {@return what the descriptor leads to, for messages} */
    public String name() {
        return name;
    }

    /** {@return the kernel that the descriptor is of} */
    public LinuxSyscalls linux() {
        return linux;
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return state.get() >= CLOSED;
    }

    /**
     * Makes calls with the number, which stays valid until they return.
     *
     * @param calls what to do with the number
     * @return what it returned
     * @throws IllegalStateException if the descriptor is closed
     */
    public int use(IntUnaryOperator calls) {
        enter();
        try {
            return calls.applyAsInt(number);
        } finally {
            leave();
        }
    }

    /**
     * Keeps the number valid for longer than one call, also if the descriptor is closed meanwhile.
     *
     * @return the number, until the lease is closed
     * @throws IllegalStateException if the descriptor is closed
     */
    public Lease lease() {
        enter();
        return new Lease(this);
    }

    /**
     * {@link LinuxSyscalls#poll} of this descriptor alone.
     *
     * @param pollfd a {@code struct pollfd} whose events are filled in; the number is filled in here
     * @param timeoutMillis milliseconds, or -1 to wait for ever
     * @return 1 if there are events, 0 after the time, or {@code -errno}
     * @throws IllegalStateException if the descriptor is closed
     */
    public int poll(ByteBuffer pollfd, int timeoutMillis) {
        enter();
        try {
            pollfd.putInt(0, number);
            return linux.poll(pollfd, timeoutMillis);
        } finally {
            leave();
        }
    }

    /**
     * {@link LinuxSyscalls#ioctl(int, int, long)}.
     *
     * @param request the number of the ioctl
     * @param argument the argument
     * @return the result, or {@code -errno}
     * @throws IllegalStateException if the descriptor is closed
     */
    public int ioctl(int request, long argument) {
        enter();
        try {
            return linux.ioctl(number, request, argument);
        } finally {
            leave();
        }
    }

    /**
     * {@link LinuxSyscalls#ioctl(int, int, ByteBuffer)}.
     *
     * @param request the number of the ioctl
     * @param argument a direct buffer
     * @return the result, or {@code -errno}
     * @throws IllegalStateException if the descriptor is closed
     */
    public int ioctl(int request, ByteBuffer argument) {
        enter();
        try {
            return linux.ioctl(number, request, argument);
        } finally {
            leave();
        }
    }

    /**
     * {@link LinuxSyscalls#ioctlInterruptible}.
     *
     * @param request the number of the ioctl
     * @param argument the argument
     * @return the result, or {@code -errno}, also {@code -EINTR}
     * @throws IllegalStateException if the descriptor is closed
     */
    public int ioctlInterruptible(int request, long argument) {
        enter();
        try {
            return linux.ioctlInterruptible(number, request, argument);
        } finally {
            leave();
        }
    }

    /**
     * {@link LinuxSyscalls#read}.
     *
     * @param buffer receives the bytes; direct
     * @return the number of bytes read, or {@code -errno}
     * @throws IllegalStateException if the descriptor is closed
     */
    public int read(ByteBuffer buffer) {
        enter();
        try {
            return linux.read(number, buffer);
        } finally {
            leave();
        }
    }

    /**
     * {@link LinuxSyscalls#write}.
     *
     * @param buffer holds the bytes; direct
     * @return the number of bytes written, or {@code -errno}
     * @throws IllegalStateException if the descriptor is closed
     */
    public int write(ByteBuffer buffer) {
        enter();
        try {
            return linux.write(number, buffer);
        } finally {
            leave();
        }
    }

    /**
     * {@link LinuxSyscalls#pread}.
     *
     * @param buffer receives the bytes; direct
     * @param offset the offset in the file
     * @return the number of bytes read, or {@code -errno}
     * @throws IllegalStateException if the descriptor is closed
     */
    public int pread(ByteBuffer buffer, long offset) {
        enter();
        try {
            return linux.pread(number, buffer, offset);
        } finally {
            leave();
        }
    }

    /**
     * {@link LinuxSyscalls#pwrite}.
     *
     * @param buffer holds the bytes; direct
     * @param offset the offset in the file
     * @return the number of bytes written, or {@code -errno}
     * @throws IllegalStateException if the descriptor is closed
     */
    public int pwrite(ByteBuffer buffer, long offset) {
        enter();
        try {
            return linux.pwrite(number, buffer, offset);
        } finally {
            leave();
        }
    }

    /**
     * Closes the descriptor. Calls that are in progress go on, and the last of them gives the number back; without any
     * it is given back here. Closing again does nothing.
     *
     * <p>What close(2) returns is of no use: the number is gone whatever it says, and files of VFIO, KVM and eventfd have
     * nothing to flush. The one exception is EBADF.
     *
     * @throws IllegalStateException if the kernel says EBADF: someone else closed our number, and may have closed a
     *     stranger's next
     */
    @Override
    public void close() {
        long before = state.getAndUpdate(value -> value | CLOSED);
        if (before == 0) {
            giveBack();
        }
    }

    @Override
    public String toString() {
        return name + " (descriptor " + number + (isClosed() ? ", closed)" : ")");
    }

    private void enter() {
        long before;
        do {
            before = state.get();
            if (before >= CLOSED) {
                throw new IllegalStateException(name + " is closed");
            }
        } while (!state.compareAndSet(before, before + 1));
    }

    private void leave() {
        if (state.decrementAndGet() == CLOSED) {
            giveBack();
        }
    }

    private void giveBack() {
        if (linux.close(number) == -Errno.EBADF.number()) {
            throw new IllegalStateException(this + " was closed by someone else");
        }
    }

    /** The number of a descriptor, which stays valid until this is closed. Closing again does nothing. */
    public static final class Lease implements AutoCloseable {
        private final FileDescriptor descriptor;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Lease(FileDescriptor descriptor) {
            this.descriptor = descriptor;
        }

        /** {@return the number} */
        public int number() {
            return descriptor.number;
        }

        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                descriptor.leave();
            }
        }
    }
}
