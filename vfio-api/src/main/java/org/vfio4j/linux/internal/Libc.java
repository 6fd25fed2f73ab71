// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux.internal;

import java.nio.ByteBuffer;

/**
 * The functions of the C library as they are: -1 for a failure, and an error number beside it. One call each, nothing
 * retried. Buffers are direct and count from position to limit.
 */
interface Libc {
    int open(String path, int flags);

    int close(int fd);

    int ioctl(int fd, int request, long argument);

    long read(int fd, ByteBuffer buffer);

    long write(int fd, ByteBuffer buffer);

    long pread(int fd, ByteBuffer buffer, long offset);

    long pwrite(int fd, ByteBuffer buffer, long offset);

    long mmap(long address, long length, int protection, int flags, int fd, long offset);

    int munmap(long address, long length);

    int eventfd(int initialValue, int flags);

    int poll(long descriptors, long count, int timeoutMillis);

    int gettid();

    int tgkill(int process, int thread, int signal);

    /** Sets of 8 bytes, as the kernel has them; those of the C library are larger. */
    int sigprocmask(int how, ByteBuffer set, ByteBuffer previous);

    /** As the kernel has it, see {@link #sigprocmask}; does not wait. */
    int sigtimedwait(ByteBuffer set);

    /** The error number of the last failed call of this thread. */
    int errno();

    /** The address of a direct buffer's position. */
    long addressOf(ByteBuffer buffer);

    int pageSize();
}
