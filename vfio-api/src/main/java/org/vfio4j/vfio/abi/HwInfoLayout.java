// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_hw_info}. Linux 6.6; 40 bytes since 6.7. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_hw_info")
public final class HwInfoLayout {
    /** Bytes. */
    public static final int SIZE = 40;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: 0. */
    public static final int FLAGS = 4;

    /** u32: the device. */
    public static final int DEV_ID = 8;

    /** u32: in, room; out, bytes that there are. */
    public static final int DATA_LEN = 12;

    /** u64: address for the data. */
    public static final int DATA_UPTR = 16;

    /** u32: out, what the data is. */
    public static final int OUT_DATA_TYPE = 24;

    /** u64: out, bits. */
    public static final int OUT_CAPABILITIES = 32;

    private HwInfoLayout() {}
}
