// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.vfio4j.linux.LinuxSyscalls;

/** The system calls of the simulated kernel: one at a time, and an error as {@code -errno}. */
final class SimulatedSyscalls implements LinuxSyscalls {
    private final Kernel kernel;

    SimulatedSyscalls(Kernel kernel) {
        this.kernel = kernel;
    }

    private long callLong(LongSupplier body) {
        kernel.lock().lock();
        try {
            return body.getAsLong();
        } catch (KernelError error) {
            return -error.errno().number();
        } finally {
            kernel.lock().unlock();
        }
    }

    private int call(IntSupplier body) {
        return (int) callLong(body::getAsInt);
    }

    @Override
    public int open(String path, int flags) {
        return call(() -> {
            kernel.files().lowestFree();
            return kernel.files().install(DeviceNodes.open(kernel, path, flags));
        });
    }

    @Override
    public int close(int fd) {
        return call(() -> {
            kernel.files().close(fd);
            return 0;
        });
    }

    @Override
    public int ioctl(int fd, int request, long argument) {
        return call(() -> kernel.files()
                .get(fd)
                .ioctl(request, new IoctlArgument(argument, kernel.memory().at(argument))));
    }

    @Override
    public int ioctl(int fd, int request, ByteBuffer argument) {
        UserBuffer memory = UserBuffer.of(argument);
        return call(() -> kernel.files().get(fd).ioctl(request, IoctlArgument.of(memory)));
    }

    @Override
    public int read(int fd, ByteBuffer buffer) {
        UserBuffer memory = UserBuffer.of(buffer);
        return call(() -> kernel.files().get(fd).read(memory));
    }

    @Override
    public int write(int fd, ByteBuffer buffer) {
        UserBuffer memory = UserBuffer.of(buffer);
        return call(() -> kernel.files().get(fd).write(memory));
    }

    @Override
    public int pread(int fd, ByteBuffer buffer, long offset) {
        UserBuffer memory = UserBuffer.of(buffer);
        return call(() -> {
            requireOffset(offset, memory);
            return kernel.files().get(fd).pread(memory, offset);
        });
    }

    @Override
    public int pwrite(int fd, ByteBuffer buffer, long offset) {
        UserBuffer memory = UserBuffer.of(buffer);
        return call(() -> {
            requireOffset(offset, memory);
            return kernel.files().get(fd).pwrite(memory, offset);
        });
    }

    /** rw_verify_area of fs/read_write.c: offsets are signed. */
    private static void requireOffset(long offset, UserBuffer buffer) {
        KernelError.requireValid(offset >= 0 && offset + buffer.length() >= 0);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return callLong(() -> {
            KernelError.requireValid((offset & (pageSize() - 1)) == 0);
            OpenFile file = (flags & MAP_ANONYMOUS) != 0 ? null : kernel.files().get(fd);
            return kernel.memory().mmap(address, length, protection, flags, file, offset);
        });
    }

    @Override
    public int munmap(long address, long length) {
        return call(() -> {
            kernel.memory().munmap(address, length);
            return 0;
        });
    }

    @Override
    public ByteBuffer memory(long address, int length) {
        kernel.lock().lock();
        try {
            return kernel.memory().memory(address, length);
        } finally {
            kernel.lock().unlock();
        }
    }

    @Override
    public long addressOf(ByteBuffer buffer) {
        kernel.lock().lock();
        try {
            return kernel.memory().addressOf(buffer);
        } finally {
            kernel.lock().unlock();
        }
    }

    @Override
    public int eventfd(int initialValue, int flags) {
        return call(() -> kernel.files().install(new EventFd(kernel.changed(), initialValue, flags)));
    }

    @Override
    public int poll(ByteBuffer descriptors, int timeoutMillis) {
        UserBuffer memory = UserBuffer.of(descriptors);
        return call(() -> new PollCall(kernel.files(), memory).run(kernel.changed(), timeoutMillis));
    }

    @Override
    public int pageSize() {
        return kernel.config().pageSize();
    }
}
