// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.bench;

import java.nio.ByteBuffer;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * The system calls of the machine, where FIONBIO stands for every ioctl with a structure: any file has it, and the kernel
 * does next to nothing but read the first member. So a benchmark times the way to an ioctl that this machine may not have.
 */
final class SubstitutedSyscalls implements LinuxSyscalls {
    /** {@code FIONBIO} of {@code asm-generic/ioctls.h}. */
    private static final int FIONBIO = 0x5421;

    private final LinuxSyscalls machine = LinuxSyscalls.ofMachine();

    @Override
    public int ioctl(int fd, int request, long argument) {
        // Version 0 of the VFIO API.
        return request == VfioIoctl.VFIO_GET_API_VERSION ? 0 : machine.ioctl(fd, request, argument);
    }

    @Override
    public int ioctl(int fd, int request, ByteBuffer argument) {
        return machine.ioctl(fd, FIONBIO, argument);
    }

    @Override
    public int open(String path, int flags) {
        return machine.open(path, flags);
    }

    @Override
    public int close(int fd) {
        return machine.close(fd);
    }

    @Override
    public int read(int fd, ByteBuffer buffer) {
        return machine.read(fd, buffer);
    }

    @Override
    public int write(int fd, ByteBuffer buffer) {
        return machine.write(fd, buffer);
    }

    @Override
    public int pread(int fd, ByteBuffer buffer, long offset) {
        return machine.pread(fd, buffer, offset);
    }

    @Override
    public int pwrite(int fd, ByteBuffer buffer, long offset) {
        return machine.pwrite(fd, buffer, offset);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return machine.mmap(address, length, protection, flags, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        return machine.munmap(address, length);
    }

    @Override
    public ByteBuffer memory(long address, int length) {
        return machine.memory(address, length);
    }

    @Override
    public long addressOf(ByteBuffer buffer) {
        return machine.addressOf(buffer);
    }

    @Override
    public int eventfd(int initialValue, int flags) {
        return machine.eventfd(initialValue, flags);
    }

    @Override
    public int poll(ByteBuffer descriptors, int timeoutMillis) {
        return machine.poll(descriptors, timeoutMillis);
    }

    @Override
    public int pageSize() {
        return machine.pageSize();
    }
}
