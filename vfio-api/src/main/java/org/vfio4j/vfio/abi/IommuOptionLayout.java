// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_option}. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_option")
public final class IommuOptionLayout {
    /** Bytes. */
    public static final int SIZE = 24;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: {@code IOMMU_OPTION_}. */
    public static final int OPTION_ID = 4;

    /** u16: {@code IOMMU_OPTION_OP_}. */
    public static final int OP = 8;

    /** u32: an IOAS, or 0. */
    public static final int OBJECT_ID = 12;

    /** u64: the value. */
    public static final int VAL64 = 16;

    private IommuOptionLayout() {}
}
