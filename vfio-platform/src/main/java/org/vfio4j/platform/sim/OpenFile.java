// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * What a file descriptor leads to. Held by the descriptor table, by mappings and by other files, and released with its
 * last holder, as struct file is. The answers here are those of a file without the operation.
 */
abstract class OpenFile {
    static final int POLLOUT = 4;

    private int holders = 1;

    final void hold() {
        holders++;
    }

    final void letGo() {
        if (--holders == 0) {
            release();
        }
    }

    /** What /proc/PID/fd shows. */
    abstract String description();

    /** What is opened through /proc/self/fd: nothing, for a file that has no place in a file system. */
    OpenFile reopen(Kernel kernel) {
        throw new KernelError(Errno.ENXIO);
    }

    /** The last holder is gone. */
    void release() {}

    int ioctl(int request, IoctlArgument argument) {
        throw new KernelError(Errno.ENOTTY);
    }

    int read(UserBuffer buffer) {
        throw new KernelError(Errno.EINVAL);
    }

    int write(UserBuffer buffer) {
        throw new KernelError(Errno.EINVAL);
    }

    int pread(UserBuffer buffer, long offset) {
        throw new KernelError(Errno.EINVAL);
    }

    int pwrite(UserBuffer buffer, long offset) {
        throw new KernelError(Errno.EINVAL);
    }

    /** The memory behind a mapping of this file; {@code shared} is MAP_SHARED. */
    ByteBuffer mmap(long length, int protection, boolean shared, long offset) {
        throw new KernelError(Errno.ENODEV);
    }

    /** The events that are there now, as poll(2) names them. */
    int pollEvents() {
        return LinuxSyscalls.POLLIN | POLLOUT;
    }
}
