// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_iommu_type1_dma_unmap}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_iommu_type1_dma_unmap")
public final class DmaUnmapLayout {
    /** Bytes, without the data. */
    public static final int SIZE = 24;

    /** u32: bytes. */
    public static final int ARGSZ = 0;

    /** u32: {@code VFIO_DMA_UNMAP_FLAG_}. */
    public static final int FLAGS = 4;

    /** u64: address for the device. */
    public static final int IOVA = 8;

    /** u64: in and out, bytes. */
    public static final int SIZE_AT = 16;

    /** {@link BitmapLayout} with {@code VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP}. */
    public static final int DATA = 24;

    private DmaUnmapLayout() {}
}
