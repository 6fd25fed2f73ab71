// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_ioas_unmap}. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_ioas_unmap")
public final class IoasUnmapLayout {
    /** Bytes. */
    public static final int SIZE = 24;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: the IOAS. */
    public static final int IOAS_ID = 4;

    /** u64: address for the device. */
    public static final int IOVA = 8;

    /** u64: in and out, bytes. */
    public static final int LENGTH = 16;

    private IoasUnmapLayout() {}
}
