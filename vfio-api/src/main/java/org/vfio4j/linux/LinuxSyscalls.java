// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.nio.ByteBuffer;

/**
 * The system calls that the framework makes, C-shaped: numbers in, a number out. A call that fails returns {@code
 * -errno}, never throws and never sets anything global. A call that was interrupted (EINTR) is made again by the
 * implementation, so no caller sees EINTR, but that of {@link #ioctlInterruptible}.
 *
 * <p>Buffers must be direct and in native byte order; a call uses the bytes from position to limit and leaves both as
 * they are. Implementations are safe for use by several threads at once.
 */
public interface LinuxSyscalls {
    /** {@code O_RDONLY} of {@code asm-generic/fcntl.h}. */
    int O_RDONLY = 0;

    /** {@code O_RDWR} of {@code asm-generic/fcntl.h}. */
    int O_RDWR = 2;

    /** {@code O_CLOEXEC} of {@code asm-generic/fcntl.h}. */
    int O_CLOEXEC = 0x80000;

    /** {@code PROT_READ} of {@code asm-generic/mman-common.h}. */
    int PROT_READ = 1;

    /** {@code PROT_WRITE} of {@code asm-generic/mman-common.h}. */
    int PROT_WRITE = 2;

    /** {@code MAP_SHARED} of {@code linux/mman.h}. */
    int MAP_SHARED = 1;

    /** {@code MAP_PRIVATE} of {@code linux/mman.h}. */
    int MAP_PRIVATE = 2;

    /** {@code MAP_FIXED} of {@code asm-generic/mman-common.h}. */
    int MAP_FIXED = 0x10;

    /** {@code MAP_ANONYMOUS} of {@code asm-generic/mman-common.h}. */
    int MAP_ANONYMOUS = 0x20;

    /** {@code MAP_LOCKED} of {@code asm-generic/mman.h}: the memory is not swapped out. */
    int MAP_LOCKED = 0x2000;

    /** {@code MAP_POPULATE} of {@code asm-generic/mman-common.h}: the pages are there before they are touched. */
    int MAP_POPULATE = 0x8000;

    /** {@code MAP_HUGETLB} of {@code asm-generic/mman-common.h}. */
    int MAP_HUGETLB = 0x40000;

    /** {@code MAP_HUGE_2MB} of {@code linux/mman.h}, with {@link #MAP_HUGETLB}. */
    int MAP_HUGE_2MB = 21 << 26;

    /** {@code EFD_CLOEXEC} of {@code linux/eventfd.h}. */
    int EFD_CLOEXEC = 0x80000;

    /** {@code EFD_NONBLOCK} of {@code linux/eventfd.h}. */
    int EFD_NONBLOCK = 0x800;

    /** {@code POLLIN} of {@code asm-generic/poll.h}. */
    int POLLIN = 1;

    /** {@code SIG_BLOCK} of {@code asm-generic/signal-defs.h}. */
    int SIG_BLOCK = 0;

    /**
     * The system calls of this machine. Native libraries are loaded by the first call of this method.
     *
     * @return them
     * @throws UnsupportedOperationException if this is not a 64-bit Linux, or the libraries cannot be loaded
     */
    static LinuxSyscalls ofMachine() {
        return MachineSyscalls.get();
    }

    /**
     * open(2).
     *
     * @param path the file
     * @param flags {@code O_} bits
     * @return a file descriptor, or {@code -errno}
     */
    int open(String path, int flags);

    /**
     * close(2). The descriptor is gone whatever the result is.
     *
     * @param fd the descriptor
     * @return 0, or {@code -errno}
     */
    int close(int fd);

    /**
     * ioctl(2) with a number as its argument, or with an address that is not in a buffer.
     *
     * @param fd the descriptor
     * @param request the number of the ioctl, unsigned 32 bits
     * @param argument the argument
     * @return the result (0 or more), or {@code -errno}
     */
    int ioctl(int fd, int request, long argument);

    /**
     * ioctl(2) with a structure as its argument, in and out.
     *
     * @param fd the descriptor
     * @param request the number of the ioctl, unsigned 32 bits
     * @param argument a direct buffer; the kernel gets the address of its position
     * @return the result (0 or more), or {@code -errno}
     */
    int ioctl(int fd, int request, ByteBuffer argument);

    /**
     * read(2).
     *
     * @param fd the descriptor
     * @param buffer receives the bytes
     * @return the number of bytes read, or {@code -errno}
     */
    int read(int fd, ByteBuffer buffer);

    /**
     * write(2).
     *
     * @param fd the descriptor
     * @param buffer holds the bytes
     * @return the number of bytes written, or {@code -errno}
     */
    int write(int fd, ByteBuffer buffer);

    /**
     * pread(2): one call, however many bytes it returns.
     *
     * @param fd the descriptor
     * @param buffer receives the bytes
     * @param offset the offset in the file
     * @return the number of bytes read, or {@code -errno}
     */
    int pread(int fd, ByteBuffer buffer, long offset);

    /**
     * pwrite(2): one call, however many bytes it writes.
     *
     * @param fd the descriptor
     * @param buffer holds the bytes
     * @param offset the offset in the file
     * @return the number of bytes written, or {@code -errno}
     */
    int pwrite(int fd, ByteBuffer buffer, long offset);

    /**
     * mmap(2).
     *
     * @param address a hint, or with {@code MAP_FIXED} the address; 0 for any
     * @param length bytes
     * @param protection {@code PROT_} bits
     * @param flags {@code MAP_} bits
     * @param fd the descriptor, or -1 with {@code MAP_ANONYMOUS}
     * @param offset the offset in the file, a multiple of the page size
     * @return the address, or {@code -errno}
     */
    long mmap(long address, long length, int protection, int flags, int fd, long offset);

    /**
     * munmap(2).
     *
     * @param address the address, a multiple of the page size
     * @param length bytes
     * @return 0, or {@code -errno}
     */
    int munmap(long address, long length);

    /**
     * The bytes at an address of this process, as a buffer in native byte order. Nothing is checked, and nothing is
     * released with the buffer: it must not be used after the memory is gone.
     *
     * @param address the address, such as one that {@link #mmap} returned
     * @param length bytes
     * @return a direct buffer over them
     */
    ByteBuffer memory(long address, int length);

    /**
     * The address of a direct buffer's position, for a structure that points to another.
     *
     * @param buffer a direct buffer; the caller keeps it reachable as long as the kernel uses the address
     * @return the address
     */
    long addressOf(ByteBuffer buffer);

    /**
     * eventfd2(2).
     *
     * @param initialValue the counter to begin with, unsigned
     * @param flags {@code EFD_} bits
     * @return a file descriptor, or {@code -errno}
     */
    int eventfd(int initialValue, int flags);

    /**
     * poll(2).
     *
     * @param descriptors an array of {@code struct pollfd}: fd s32, events s16, revents s16
     * @param timeoutMillis milliseconds, or -1 to wait for ever; not restarted in full after an interruption
     * @return the number of descriptors with events, 0 after the time, or {@code -errno}
     */
    int poll(ByteBuffer descriptors, int timeoutMillis);

    /**
     * {@link #ioctl(int, int, long)} that is not made again when a signal interrupted it. It is for {@code KVM_RUN}, which
     * a signal is to end.
     *
     * @param fd the descriptor
     * @param request the number of the ioctl, unsigned 32 bits
     * @param argument the argument
     * @return the result (0 or more), or {@code -errno}, also {@code -EINTR}
     */
    default int ioctlInterruptible(int fd, int request, long argument) {
        return ioctl(fd, request, argument);
    }

    /**
     * gettid(2).
     *
     * @return the kernel's number of this thread, or {@code -ENOSYS} in a kernel without signals, such as a simulated one
     */
    default int gettid() {
        return -Errno.ENOSYS.number();
    }

    /**
     * tgkill(2) to a thread of this process.
     *
     * @param thread what {@link #gettid} returned in it
     * @param signal the signal, 0 to send none
     * @return 0, or {@code -errno}; {@code -ESRCH} if there is no such thread
     */
    default int tgkill(int thread, int signal) {
        return -Errno.ENOSYS.number();
    }

    /**
     * rt_sigprocmask(2) of this thread. The JVM needs the signals that it uses: block only one that nobody uses.
     *
     * @param how {@link #SIG_BLOCK}
     * @param set 8 bytes, bit n-1 stands for signal n
     * @param previous receives the 8 bytes that were valid before
     * @return 0, or {@code -errno}
     */
    default int sigprocmask(int how, ByteBuffer set, ByteBuffer previous) {
        return -Errno.ENOSYS.number();
    }

    /**
     * rt_sigtimedwait(2) without waiting: takes a blocked signal that has come, so that it is not delivered.
     *
     * @param set 8 bytes, bit n-1 stands for signal n
     * @return the signal, or {@code -errno}; {@code -EAGAIN} if none has come
     */
    default int sigtimedwait(ByteBuffer set) {
        return -Errno.ENOSYS.number();
    }

    /** {@return the size of a page of this process in bytes, a power of two} */
    int pageSize();
}
