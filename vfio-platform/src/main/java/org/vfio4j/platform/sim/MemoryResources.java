// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * What anonymous memory is made of.
 *
 * @param ram the board's memory
 * @param hugePages the pool of huge pages
 * @param process who locked memory is counted for
 * @param pageSize bytes
 */
record MemoryResources(Ram ram, HugePages hugePages, CallingProcess process, int pageSize) {
    private static final int HUGE_SIZE_MASK = 0x3f << 26;

    /** The length of a mapping of mmap(2), rounded up; EINVAL for huge pages of a size that there is none of. */
    long roundUp(long length, int flags) {
        long granule = pageSize;
        if (isHuge(flags)) {
            int size = flags & HUGE_SIZE_MASK;
            KernelError.requireValid(size == 0 || size == LinuxSyscalls.MAP_HUGE_2MB);
            granule = Ram.BLOCK;
        }
        return (length + granule - 1) & -granule;
    }

    static boolean isHuge(int flags) {
        return (flags & LinuxSyscalls.MAP_ANONYMOUS) != 0 && (flags & LinuxSyscalls.MAP_HUGETLB) != 0;
    }

    /**
     * Makes the pages of a mapping. EPERM or EAGAIN if as many may not be locked, ENOMEM if there are not as many. Huge
     * pages are never swapped out, so locking them counts for nothing.
     */
    AnonymousPages allocate(long length, int flags) {
        boolean huge = isHuge(flags);
        boolean locked = (flags & LinuxSyscalls.MAP_LOCKED) != 0;
        if (locked) {
            process.requireLockable(length);
        }
        if (huge) {
            hugePages.reserve(length / Ram.BLOCK);
        }
        ByteBuffer bytes;
        try {
            bytes = DirectMemory.allocate(length);
        } catch (KernelError refused) {
            if (huge) {
                hugePages.unreserve(length / Ram.BLOCK);
            }
            throw refused;
        }
        if (locked && !huge) {
            process.lock(length);
        }
        AnonymousPages pages =
                new AnonymousPages(this, bytes, huge, locked && !huge, (flags & LinuxSyscalls.MAP_SHARED) != 0);
        if (locked || (flags & LinuxSyscalls.MAP_POPULATE) != 0) {
            pages.populate();
        }
        return pages;
    }
}
