// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_iommu_type1_dirty_bitmap}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_iommu_type1_dirty_bitmap")
public final class DirtyBitmapLayout {
    /** Bytes, without the data. */
    public static final int SIZE = 8;

    /** u32: bytes, with the data. */
    public static final int ARGSZ = 0;

    /** u32: one {@code VFIO_IOMMU_DIRTY_PAGES_FLAG_}. */
    public static final int FLAGS = 4;

    /** {@link DirtyBitmapGetLayout} with {@code _GET_BITMAP}. */
    public static final int DATA = 8;

    private DirtyBitmapLayout() {}
}
