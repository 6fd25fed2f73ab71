// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** The flag bits and operations of {@code /dev/iommu}. */
@Uapi(header = "linux/iommufd.h")
public final class IommufdFlags {
    /** MAP: at the given IOVA; if clear the kernel chooses one. */
    public static final int IOMMU_IOAS_MAP_FIXED_IOVA = 1;

    /** MAP: the device may write. */
    public static final int IOMMU_IOAS_MAP_WRITEABLE = 2;

    /** MAP: the device may read. */
    public static final int IOMMU_IOAS_MAP_READABLE = 4;

    /** OPTION: locked memory is counted for the user (0) or the process (1). */
    public static final int IOMMU_OPTION_RLIMIT_MODE = 0;

    /** OPTION: an IOAS may use large pages (1) or not (0). */
    public static final int IOMMU_OPTION_HUGE_PAGES = 1;

    /** OPTION: set. */
    public static final int IOMMU_OPTION_OP_SET = 0;

    /** OPTION: get. */
    public static final int IOMMU_OPTION_OP_GET = 1;

    /** VFIO_IOAS: which IOAS serves an iommufd that is used as a container. */
    public static final int IOMMU_VFIO_IOAS_GET = 0;

    /** VFIO_IOAS: choose it. */
    public static final int IOMMU_VFIO_IOAS_SET = 1;

    /** VFIO_IOAS: none. */
    public static final int IOMMU_VFIO_IOAS_CLEAR = 2;

    /** HWPT_ALLOC: can be the parent of a nested one. */
    public static final int IOMMU_HWPT_ALLOC_NEST_PARENT = 1;

    /** HWPT_ALLOC: its devices must support dirty tracking. */
    public static final int IOMMU_HWPT_ALLOC_DIRTY_TRACKING = 2;

    /** SET_DIRTY_TRACKING: on. */
    public static final int IOMMU_HWPT_DIRTY_TRACKING_ENABLE = 1;

    /** GET_DIRTY_BITMAP: leave the bits as they are. */
    public static final int IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR = 1;

    private IommufdFlags() {}
}
