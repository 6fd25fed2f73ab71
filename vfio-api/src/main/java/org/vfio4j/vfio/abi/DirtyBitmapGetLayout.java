// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_iommu_type1_dirty_bitmap_get}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_iommu_type1_dirty_bitmap_get")
public final class DirtyBitmapGetLayout {
    /** Bytes. */
    public static final int SIZE = 40;

    /** u64: address for the device. */
    public static final int IOVA = 0;

    /** u64: bytes. */
    public static final int SIZE_AT = 8;

    /** {@link BitmapLayout}. */
    public static final int BITMAP = 16;

    private DirtyBitmapGetLayout() {}
}
