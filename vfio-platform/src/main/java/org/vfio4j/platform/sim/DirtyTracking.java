// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.BitmapLayout;
import org.vfio4j.vfio.abi.DirtyBitmapGetLayout;
import org.vfio4j.vfio.abi.DirtyBitmapLayout;
import org.vfio4j.vfio.abi.DmaUnmapLayout;
import org.vfio4j.vfio.abi.VfioFlags;

/** VFIO_IOMMU_DIRTY_PAGES. A group behind an IOMMU cannot tell what it wrote, so every mapped page is dirty. */
final class DirtyTracking {
    private static final int KNOWN_FLAGS = VfioFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_START
            | VfioFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP
            | VfioFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP;

    private final DmaMappings mappings;
    private final VirtualMemory memory;
    private final boolean v2;
    private final int pageSize;
    private boolean running;

    DirtyTracking(DmaMappings mappings, VirtualMemory memory, boolean v2, int pageSize) {
        this.mappings = mappings;
        this.memory = memory;
        this.v2 = v2;
        this.pageSize = pageSize;
    }

    void ioctl(UserBuffer dirty) {
        KernelError.require(v2, Errno.EACCES);
        dirty.require(DirtyBitmapLayout.SIZE);
        long argsz = Integer.toUnsignedLong(dirty.getInt(DirtyBitmapLayout.ARGSZ));
        int flags = dirty.getInt(DirtyBitmapLayout.FLAGS);
        KernelError.requireValid(argsz >= DirtyBitmapLayout.SIZE);
        KernelError.requireValid((flags & ~KNOWN_FLAGS) == 0);
        switch (flags) {
            case VfioFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_START -> running = true;
            case VfioFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP -> running = false;
            case VfioFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP -> getBitmap(dirty, argsz);
            default -> throw new KernelError(Errno.EINVAL);
        }
    }

    private void getBitmap(UserBuffer dirty, long argsz) {
        int at = DirtyBitmapLayout.DATA;
        KernelError.requireValid(argsz >= at + DirtyBitmapGetLayout.SIZE);
        dirty.require(at + DirtyBitmapGetLayout.SIZE);
        long iova = dirty.getLong(at + DirtyBitmapGetLayout.IOVA);
        long size = dirty.getLong(at + DirtyBitmapGetLayout.SIZE_AT);
        KernelError.requireValid(Long.compareUnsigned(iova + size, iova) >= 0);
        DirtyBitmap bitmap = DirtyBitmap.read(dirty, at + DirtyBitmapGetLayout.BITMAP);
        bitmap.requireFitFor(size);
        KernelError.requireValid(bitmap.pageSize() == pageSize);
        KernelError.requireValid((iova & (pageSize - 1)) == 0 && size != 0 && (size & (pageSize - 1)) == 0);
        KernelError.requireValid(running);
        long last = iova + size - 1;
        mappings.requireNotCut(iova, last);
        mappings.beginningIn(iova, last).forEach(mapping -> report(bitmap, mapping, iova));
    }

    /** The bitmap behind struct vfio_iommu_type1_dma_unmap. */
    DirtyBitmap bitmapOfUnmap(UserBuffer unmap, long argsz, long size) {
        KernelError.requireValid(argsz >= DmaUnmapLayout.DATA + BitmapLayout.SIZE);
        unmap.require(DmaUnmapLayout.DATA + BitmapLayout.SIZE);
        DirtyBitmap bitmap = DirtyBitmap.read(unmap, DmaUnmapLayout.DATA);
        bitmap.requireFitFor(size);
        return bitmap;
    }

    boolean accepts(DirtyBitmap bitmap) {
        return running && bitmap.pageSize() == pageSize;
    }

    /** Sets the bits of a mapping; in its last 64-bit word, the bits above it become 0, as Linux copies whole words. */
    void report(DirtyBitmap bitmap, DmaMapping mapping, long baseIova) {
        long firstBit = Long.divideUnsigned(mapping.iova - baseIova, pageSize);
        long endBit = firstBit + Long.divideUnsigned(mapping.size, pageSize);
        for (long word = firstBit / 64; word * 64 < endBit; word++) {
            UserBuffer user = memory.at(bitmap.data() + word * 8);
            long from = Math.max(firstBit - word * 64, 0);
            long ones = -1L << from;
            long below = from == 0 ? 0 : user.getLong(0) & ~ones;
            long end = endBit - word * 64;
            user.putLong(0, below | (end >= 64 ? ones : ones & ~(-1L << end)));
        }
    }
}
