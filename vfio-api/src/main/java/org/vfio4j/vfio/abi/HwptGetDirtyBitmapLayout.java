// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_hwpt_get_dirty_bitmap}. Linux 6.7. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_hwpt_get_dirty_bitmap")
public final class HwptGetDirtyBitmapLayout {
    /** Bytes. */
    public static final int SIZE = 48;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: the page table. */
    public static final int HWPT_ID = 4;

    /** u32: {@code IOMMU_HWPT_GET_DIRTY_BITMAP_}. */
    public static final int FLAGS = 8;

    /** u64: the first address. */
    public static final int IOVA = 16;

    /** u64: bytes. */
    public static final int LENGTH = 24;

    /** u64: bytes of a bit. */
    public static final int PAGE_SIZE = 32;

    /** u64: address of the bitmap. */
    public static final int DATA = 40;

    private HwptGetDirtyBitmapLayout() {}
}
