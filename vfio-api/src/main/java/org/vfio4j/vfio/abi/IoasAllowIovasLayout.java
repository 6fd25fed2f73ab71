// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_ioas_allow_iovas}. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_ioas_allow_iovas")
public final class IoasAllowIovasLayout {
    /** Bytes. */
    public static final int SIZE = 24;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: the IOAS. */
    public static final int IOAS_ID = 4;

    /** u32: how many ranges. */
    public static final int NUM_IOVAS = 8;

    /** u64: address of an array of {@link IommuIovaRangeLayout}. */
    public static final int ALLOWED_IOVAS = 16;

    private IoasAllowIovasLayout() {}
}
