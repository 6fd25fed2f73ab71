// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * The addresses of a mapped region. It does not know the region, so that a cleaner can hold it.
 *
 * <p>A thread may be between the check and the access when the region is closed, and must find neither nothing there (the
 * JVM would end) nor somebody's next mapping. So the mapping is replaced in one step, and its addresses are kept until
 * nobody can use them.
 */
final class Mapping {
    private final LinuxSyscalls linux;
    private final String name;
    private final long address;
    private final long length;

    private Mapping(LinuxSyscalls linux, String name, long address, long length) {
        this.linux = linux;
        this.name = name;
        this.address = address;
        this.length = length;
    }

    static Mapping of(FileDescriptor device, String name, RegionInfo info) throws VfioException {
        int protection =
                (info.isReadable() ? LinuxSyscalls.PROT_READ : 0) | (info.isWritable() ? LinuxSyscalls.PROT_WRITE : 0);
        LinuxSyscalls linux = device.linux();
        long[] result = new long[1];
        device.use(fd -> {
            result[0] = linux.mmap(0, info.size(), protection, LinuxSyscalls.MAP_SHARED, fd, info.offset());
            return 0;
        });
        return new Mapping(linux, name, checked(name, result[0]), info.size());
    }

    ByteBuffer bytes() {
        return linux.memory(address, Math.toIntExact(length));
    }

    /** Puts plain memory in the place of the device. */
    void replace() {
        int flags = LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS | LinuxSyscalls.MAP_FIXED;
        int protection = LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE;
        long result = linux.mmap(address, length, protection, flags, -1, 0);
        if (result < 0) {
            throw new UncheckedIOException(
                    name + " is closed, but stays mapped until nothing refers to it",
                    VfioException.of(Step.MAP_REGION, name, (int) -result));
        }
    }

    /** Gives the addresses back. What munmap(2) returns is of no use: the arguments are those of the mapping. */
    void unmap() {
        linux.munmap(address, length);
    }

    private static long checked(String name, long result) throws VfioException {
        if (result < 0) {
            throw VfioException.of(Step.MAP_REGION, name, (int) -result);
        }
        return result;
    }
}
