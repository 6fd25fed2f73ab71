// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * The pages of a buffer in this process. It does not know the buffer, so that a cleaner can hold it.
 *
 * <p>The memory is shared, although nobody shares it. Private memory that was not written yet is the kernel's page of
 * zeros, and a mapping that the device only reads would stay with that page when Java writes another; and after a fork it
 * would be the child that keeps the page that the device has.
 */
final class DmaPages {
    static final long HUGE_PAGE = 2L << 20;

    private static final int PROTECTION = LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE;

    /** What pages they are, and when they are there. */
    enum Kind {
        ORDINARY(0, Step.ALLOCATE_MEMORY),
        /** Huge pages of 2 MiB. */
        HUGE(LinuxSyscalls.MAP_HUGETLB | LinuxSyscalls.MAP_HUGE_2MB, Step.ALLOCATE_HUGE_PAGES),
        /** There at once, and not swapped out, which huge pages never are. */
        LOCKED(LinuxSyscalls.MAP_LOCKED | LinuxSyscalls.MAP_POPULATE, Step.ALLOCATE_LOCKED_MEMORY),
        HUGE_POPULATED(HUGE.flags | LinuxSyscalls.MAP_POPULATE, Step.ALLOCATE_HUGE_PAGES);

        private final int flags;
        private final Step step;

        Kind(int flags, Step step) {
            this.flags = flags;
            this.step = step;
        }
    }

    private final LinuxSyscalls linux;
    private final String name;
    private final long address;
    private final long length;

    private DmaPages(LinuxSyscalls linux, String name, long address, long length) {
        this.linux = linux;
        this.name = name;
        this.address = address;
        this.length = length;
    }

    /** Allocates zeroed pages; the length is a multiple of theirs. */
    static DmaPages allocate(LinuxSyscalls linux, String name, long length, Kind kind) throws VfioException {
        int flags = LinuxSyscalls.MAP_SHARED | LinuxSyscalls.MAP_ANONYMOUS | kind.flags;
        long address = linux.mmap(0, length, PROTECTION, flags, -1, 0);
        if (address < 0) {
            throw VfioException.of(
                    kind.step, "of 0x" + Long.toHexString(length) + " bytes for " + name, (int) -address);
        }
        return new DmaPages(linux, name, address, length);
    }

    long address() {
        return address;
    }

    long length() {
        return length;
    }

    ByteBuffer bytes() {
        return linux.memory(address, Math.toIntExact(length));
    }

    /**
     * Gives the memory back and keeps its addresses, with other memory at them: a thread may be in an access, and a view
     * may be in use.
     */
    void replace() {
        int flags = LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS | LinuxSyscalls.MAP_FIXED;
        long result = linux.mmap(address, length, PROTECTION, flags, -1, 0);
        if (result < 0) {
            throw new UncheckedIOException(
                    "a buffer of " + name + " is closed, but its memory stays allocated until nothing refers to it",
                    VfioException.of(Step.ALLOCATE_MEMORY, "for " + name, (int) -result));
        }
    }

    /** Gives the addresses back. What munmap(2) returns is of no use: the arguments are those of the mapping. */
    void unmap() {
        linux.munmap(address, length);
    }
}
