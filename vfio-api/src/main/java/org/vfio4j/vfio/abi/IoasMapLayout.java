// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_ioas_map}. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_ioas_map")
public final class IoasMapLayout {
    /** Bytes. */
    public static final int SIZE = 40;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: {@code IOMMU_IOAS_MAP_}. */
    public static final int FLAGS = 4;

    /** u32: the IOAS. */
    public static final int IOAS_ID = 8;

    /** u64: address in this process. */
    public static final int USER_VA = 16;

    /** u64: bytes. */
    public static final int LENGTH = 24;

    /** u64: in and out, address for the device. */
    public static final int IOVA = 32;

    private IoasMapLayout() {}
}
