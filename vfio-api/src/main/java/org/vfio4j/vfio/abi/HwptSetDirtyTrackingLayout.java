// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_hwpt_set_dirty_tracking}. Linux 6.7. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_hwpt_set_dirty_tracking")
public final class HwptSetDirtyTrackingLayout {
    /** Bytes. */
    public static final int SIZE = 16;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: {@code IOMMU_HWPT_DIRTY_TRACKING_ENABLE} or 0. */
    public static final int FLAGS = 4;

    /** u32: the page table. */
    public static final int HWPT_ID = 8;

    private HwptSetDirtyTrackingLayout() {}
}
