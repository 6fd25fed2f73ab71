// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;
import org.vfio4j.linux.Errno;

/**
 * Chooses an address for a mapping: the first that is free (iopt_alloc_iova).
 *
 * @param pageSize bytes
 * @param alignment what addresses must be multiples of
 * @param allowed where it may be; everywhere if empty
 * @param used where it may not be
 */
record IovaAllocator(int pageSize, long alignment, List<IovaRange> allowed, List<IovaRange> used) {
    /** EOVERFLOW for a length of half the address space, EINVAL if the alignment cannot be had, ENOSPC if all is used. */
    long allocate(IoArea.Slice slice, long length) {
        KernelError.require(Long.compareUnsigned(length, Long.MAX_VALUE) < 0, Errno.EOVERFLOW);
        long address = slice.pages().addressOf(slice.start());
        long step = stepOf(address, length);
        KernelError.requireValid(step >= alignment);
        long pageOffset = address & (pageSize - 1);
        // Page 0 is never chosen, and neither is the last.
        IovaRange choice = new IovaRange(pageSize, -1L - pageSize);
        List<IovaRange> where = allowed.isEmpty() ? List.of(choice) : choice.within(allowed);
        for (IovaRange part : where) {
            if (firstIn(part, length, step, pageOffset) == null) {
                continue;
            }
            for (IovaRange hole : part.without(used)) {
                Long found = firstIn(hole, length, step, pageOffset);
                if (found != null) {
                    return found;
                }
            }
        }
        throw new KernelError(Errno.ENOSPC);
    }

    /** As the memory is aligned, so far as the length makes that of use, and up to a large page. */
    private long stepOf(long address, long length) {
        long ofLength = Long.highestOneBit(length) == length ? length : Long.highestOneBit(length) << 1;
        long step = address == 0 || Long.compareUnsigned(ofLength, Long.lowestOneBit(address)) < 0
                ? ofLength
                : Long.lowestOneBit(address);
        // A page of page table entries of 8 bytes.
        long largePage = (long) pageSize * (pageSize / Long.BYTES);
        return Long.compareUnsigned(step, largePage) < 0 ? step : largePage;
    }

    /** The first address in a range that fits; null if none does. */
    private static Long firstIn(IovaRange range, long length, long step, long pageOffset) {
        long up = range.first() + step - 1;
        if (Long.compareUnsigned(up, range.first()) < 0) {
            return null;
        }
        long start = (up & -step) | pageOffset;
        boolean fits = Long.compareUnsigned(start, range.last()) < 0
                && Long.compareUnsigned(range.last() - start, length - 1) >= 0;
        return fits ? start : null;
    }
}
