// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** The ioctl numbers of {@code /dev/iommu}. All are {@code _IO(';', 0x80 + n)}. */
@Uapi(header = "linux/iommufd.h")
public final class IommufdIoctl {
    /** {@link IommuDestroyLayout}. */
    public static final int IOMMU_DESTROY = 0x3b80;

    /** {@link IoasAllocLayout}. */
    public static final int IOMMU_IOAS_ALLOC = 0x3b81;

    /** {@link IoasAllowIovasLayout}. */
    public static final int IOMMU_IOAS_ALLOW_IOVAS = 0x3b82;

    /** {@link IoasCopyLayout}. */
    public static final int IOMMU_IOAS_COPY = 0x3b83;

    /** {@link IoasIovaRangesLayout}. */
    public static final int IOMMU_IOAS_IOVA_RANGES = 0x3b84;

    /** {@link IoasMapLayout}. */
    public static final int IOMMU_IOAS_MAP = 0x3b85;

    /** {@link IoasUnmapLayout}. */
    public static final int IOMMU_IOAS_UNMAP = 0x3b86;

    /** {@link IommuOptionLayout}. */
    public static final int IOMMU_OPTION = 0x3b87;

    /** {@link IommuVfioIoasLayout}. */
    public static final int IOMMU_VFIO_IOAS = 0x3b88;

    /** {@link HwptAllocLayout}. Linux 6.6. */
    public static final int IOMMU_HWPT_ALLOC = 0x3b89;

    /** {@link HwInfoLayout}. Linux 6.6. */
    public static final int IOMMU_GET_HW_INFO = 0x3b8a;

    /** {@link HwptSetDirtyTrackingLayout}. Linux 6.7. */
    public static final int IOMMU_HWPT_SET_DIRTY_TRACKING = 0x3b8b;

    /** {@link HwptGetDirtyBitmapLayout}. Linux 6.7. */
    public static final int IOMMU_HWPT_GET_DIRTY_BITMAP = 0x3b8c;

    /** {@link IoasMapFileLayout}. Linux 6.13. */
    public static final int IOMMU_IOAS_MAP_FILE = 0x3b8f;

    private IommufdIoctl() {}
}
