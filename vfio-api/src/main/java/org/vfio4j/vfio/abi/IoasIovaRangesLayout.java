// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_ioas_iova_ranges}. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_ioas_iova_ranges")
public final class IoasIovaRangesLayout {
    /** Bytes. */
    public static final int SIZE = 32;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: the IOAS. */
    public static final int IOAS_ID = 4;

    /** u32: in, room in the array; out, how many there are. */
    public static final int NUM_IOVAS = 8;

    /** u64: address of an array of {@link IommuIovaRangeLayout}. */
    public static final int ALLOWED_IOVAS = 16;

    /** u64: out, the alignment of a mapping. */
    public static final int OUT_IOVA_ALIGNMENT = 24;

    private IoasIovaRangesLayout() {}
}
