// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_iommu_type1_dma_map}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_iommu_type1_dma_map")
public final class DmaMapLayout {
    /** Bytes. */
    public static final int SIZE = 32;

    /** u32: bytes. */
    public static final int ARGSZ = 0;

    /** u32: {@code VFIO_DMA_MAP_FLAG_}. */
    public static final int FLAGS = 4;

    /** u64: address in this process. */
    public static final int VADDR = 8;

    /** u64: address for the device. */
    public static final int IOVA = 16;

    /** u64: bytes. */
    public static final int SIZE_AT = 24;

    private DmaMapLayout() {}
}
