// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux.internal;

import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * {@link LinuxSyscalls} of the running machine. Makes {@code -errno} of a failure, and makes a call again that a signal
 * interrupted. JNA is loaded by the first {@link #memory}.
 */
public final class NativeLinux implements LinuxSyscalls {
    private static final int EINTR = Errno.EINTR.number();
    private static final int POLLFD_SIZE = 8;

    private final Libc libc;

    /**
     * Loads the native libraries.
     *
     * @throws UnsupportedOperationException if this is not a 64-bit Linux
     */
    public NativeLinux() {
        this(new JnrLibc());
    }

    NativeLinux(Libc libc) {
        this.libc = libc;
    }

    @Override
    public int open(String path, int flags) {
        int result;
        do {
            result = withErrno(libc.open(path, flags));
        } while (result == -EINTR);
        return result;
    }

    /** Not made again after EINTR: Linux has given the number back, and it may be a stranger's by now. */
    @Override
    public int close(int fd) {
        int result = withErrno(libc.close(fd));
        return result == -EINTR ? 0 : result;
    }

    @Override
    public int ioctl(int fd, int request, long argument) {
        int result;
        do {
            result = withErrno(libc.ioctl(fd, request, argument));
        } while (result == -EINTR);
        return result;
    }

    @Override
    public int ioctl(int fd, int request, ByteBuffer argument) {
        try {
            return ioctl(fd, request, addressOf(argument));
        } finally {
            Reference.reachabilityFence(argument);
        }
    }

    @Override
    public int read(int fd, ByteBuffer buffer) {
        requireDirect(buffer);
        int result;
        do {
            result = withErrno((int) libc.read(fd, buffer));
        } while (result == -EINTR);
        return result;
    }

    @Override
    public int write(int fd, ByteBuffer buffer) {
        requireDirect(buffer);
        int result;
        do {
            result = withErrno((int) libc.write(fd, buffer));
        } while (result == -EINTR);
        return result;
    }

    @Override
    public int pread(int fd, ByteBuffer buffer, long offset) {
        requireDirect(buffer);
        int result;
        do {
            result = withErrno((int) libc.pread(fd, buffer, offset));
        } while (result == -EINTR);
        return result;
    }

    @Override
    public int pwrite(int fd, ByteBuffer buffer, long offset) {
        requireDirect(buffer);
        int result;
        do {
            result = withErrno((int) libc.pwrite(fd, buffer, offset));
        } while (result == -EINTR);
        return result;
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        long result = libc.mmap(address, length, protection, flags, fd, offset);
        return result == -1 ? -libc.errno() : result;
    }

    @Override
    public int munmap(long address, long length) {
        return withErrno(libc.munmap(address, length));
    }

    @Override
    public ByteBuffer memory(long address, int length) {
        return new Pointer(address).getByteBuffer(0, length).order(ByteOrder.nativeOrder());
    }

    @Override
    public long addressOf(ByteBuffer buffer) {
        return libc.addressOf(requireDirect(buffer));
    }

    @Override
    public int eventfd(int initialValue, int flags) {
        return withErrno(libc.eventfd(initialValue, flags));
    }

    @Override
    public int poll(ByteBuffer descriptors, int timeoutMillis) {
        // Reading the clock costs a quarter of a poll.
        long start = timeoutMillis > 0 ? System.nanoTime() : 0;
        long count = requireDirect(descriptors).remaining() / POLLFD_SIZE;
        int left = timeoutMillis;
        try {
            long address = libc.addressOf(descriptors);
            while (true) {
                int result = withErrno(libc.poll(address, count, left));
                if (result != -EINTR) {
                    return result;
                }
                if (timeoutMillis > 0) {
                    long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                    left = (int) Math.max(0, timeoutMillis - passed);
                }
            }
        } finally {
            Reference.reachabilityFence(descriptors);
        }
    }

    @Override
    public int ioctlInterruptible(int fd, int request, long argument) {
        return withErrno(libc.ioctl(fd, request, argument));
    }

    @Override
    public int gettid() {
        return withErrno(libc.gettid());
    }

    @Override
    public int tgkill(int thread, int signal) {
        return withErrno(libc.tgkill((int) ProcessHandle.current().pid(), thread, signal));
    }

    @Override
    public int sigprocmask(int how, ByteBuffer set, ByteBuffer previous) {
        requireSignalSet(set);
        requireSignalSet(previous);
        return withErrno(libc.sigprocmask(how, set, previous));
    }

    @Override
    public int sigtimedwait(ByteBuffer set) {
        requireSignalSet(set);
        int result;
        do {
            result = withErrno(libc.sigtimedwait(set));
        } while (result == -EINTR);
        return result;
    }

    @Override
    public int pageSize() {
        return libc.pageSize();
    }

    private int withErrno(int result) {
        return result == -1 ? -libc.errno() : result;
    }

    private static void requireSignalSet(ByteBuffer set) {
        if (requireDirect(set).remaining() < Long.BYTES) {
            throw new IllegalArgumentException("a set of signals is 8 bytes, not " + set.remaining());
        }
    }

    private static ByteBuffer requireDirect(ByteBuffer buffer) {
        if (!Objects.requireNonNull(buffer).isDirect()) {
            throw new IllegalArgumentException("the kernel needs a direct buffer");
        }
        return buffer;
    }
}
