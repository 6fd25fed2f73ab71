// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.vfio.abi.BitmapLayout;

/**
 * struct vfio_bitmap.
 *
 * @param pageSize bytes that one bit stands for
 * @param size bytes of the bitmap
 * @param data address of the bitmap
 */
record DirtyBitmap(long pageSize, long size, long data) {
    /** DIRTY_BITMAP_SIZE_MAX of vfio_iommu_type1.c: a bit for each of 2^31 pages. */
    static final long MAXIMUM = 0x1000_0000;

    private static final long MAXIMUM_PAGES = Integer.MAX_VALUE;

    static DirtyBitmap read(UserBuffer from, int offset) {
        return new DirtyBitmap(
                from.getLong(offset + BitmapLayout.PGSIZE),
                from.getLong(offset + BitmapLayout.SIZE_AT),
                from.getLong(offset + BitmapLayout.DATA));
    }

    /** Refuses a bitmap that is no place of user space, or too small or too large for a range. */
    void requireFitFor(long rangeSize) {
        KernelError.requireValid(Long.compareUnsigned(data + size, VirtualMemory.USER_END) <= 0
                && Long.compareUnsigned(data, data + size) <= 0);
        long pages = rangeSize >>> Long.numberOfTrailingZeros(pageSize == 0 ? 1 : pageSize);
        KernelError.requireValid(pages != 0 && Long.compareUnsigned(pages, MAXIMUM_PAGES) <= 0);
        KernelError.requireValid(Long.compareUnsigned(size, MAXIMUM) <= 0 && size >= (pages + 63) / 64 * 8);
    }
}
