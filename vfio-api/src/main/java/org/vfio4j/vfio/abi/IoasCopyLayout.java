// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_ioas_copy}. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_ioas_copy")
public final class IoasCopyLayout {
    /** Bytes. */
    public static final int SIZE = 40;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: {@code IOMMU_IOAS_MAP_}. */
    public static final int FLAGS = 4;

    /** u32: copy to. */
    public static final int DST_IOAS_ID = 8;

    /** u32: copy from. */
    public static final int SRC_IOAS_ID = 12;

    /** u64: bytes. */
    public static final int LENGTH = 16;

    /** u64: in and out, address in the copy. */
    public static final int DST_IOVA = 24;

    /** u64: address in the original. */
    public static final int SRC_IOVA = 32;

    private IoasCopyLayout() {}
}
