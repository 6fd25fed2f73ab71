// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_iommu_type1_info_cap_iova_range}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_iommu_type1_info_cap_iova_range")
public final class Type1InfoCapIovaRangeLayout {
    /** Bytes, without the ranges. */
    public static final int SIZE = 16;

    /** {@link InfoCapHeaderLayout}. */
    public static final int HEADER = 0;

    /** u32: how many ranges. */
    public static final int NR_IOVAS = 8;

    /** u32: unused. */
    public static final int RESERVED = 12;

    /** {@link IovaRangeLayout}, one after the other. */
    public static final int IOVA_RANGES = 16;

    private Type1InfoCapIovaRangeLayout() {}
}
