// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_ioas_alloc}. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_ioas_alloc")
public final class IoasAllocLayout {
    /** Bytes. */
    public static final int SIZE = 12;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: 0. */
    public static final int FLAGS = 4;

    /** u32: out, the new IOAS. */
    public static final int OUT_IOAS_ID = 8;

    private IoasAllocLayout() {}
}
