// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.IommufdFlags;

/**
 * A mapping of an IO page table (struct iopt_area): a range of addresses, and the slice of pages that it shows.
 *
 * @param range the addresses of the device
 * @param slice what is there
 * @param flags what the device may do, IOMMU_IOAS_MAP_READABLE and WRITEABLE
 */
record IoArea(IovaRange range, Slice slice, int flags) {
    /**
     * Some bytes of pages.
     *
     * @param pages the pages
     * @param start the first byte in them
     * @param length how many
     */
    record Slice(IoPages pages, long start, long length) {
        private IovaRange bytes() {
            return new IovaRange(start, start + length - 1);
        }

        Slice part(long from, long partLength) {
            return new Slice(pages, start + from, partLength);
        }
    }

    long length() {
        return slice.length();
    }

    /** The part of this area that lies in a range, which must be inside it. */
    IoArea part(IovaRange inner) {
        long length = inner.last() - inner.first() + 1;
        return new IoArea(inner, slice.part(inner.first() - range.first(), length), flags);
    }

    /** An IOMMU takes the area. It needs pages that are there, and a right to map. */
    void pin() {
        slice.pages().pin(slice.bytes());
        if (flags == 0) {
            unpin();
            throw new KernelError(Errno.EINVAL);
        }
    }

    /** What is at an address; an IOMMU has the area. */
    DmaTarget target(long iova) {
        return DmaTarget.in(
                slice.pages().bytes(slice.bytes()),
                iova - range.first(),
                (flags & IommufdFlags.IOMMU_IOAS_MAP_READABLE) != 0,
                (flags & IommufdFlags.IOMMU_IOAS_MAP_WRITEABLE) != 0);
    }

    void unpin() {
        slice.pages().unpin(slice.bytes());
    }
}
