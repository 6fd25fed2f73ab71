// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_hwpt_alloc}. Linux 6.6; 48 bytes since 6.11. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_hwpt_alloc")
public final class HwptAllocLayout {
    /** Bytes. */
    public static final int SIZE = 48;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: {@code IOMMU_HWPT_ALLOC_}. */
    public static final int FLAGS = 4;

    /** u32: the device. */
    public static final int DEV_ID = 8;

    /** u32: the IOAS, or the parent. */
    public static final int PT_ID = 12;

    /** u32: out, the new page table. */
    public static final int OUT_HWPT_ID = 16;

    /** u32: what the data is, 0 for none. */
    public static final int DATA_TYPE = 24;

    /** u32: bytes of data. */
    public static final int DATA_LEN = 28;

    /** u64: address of the data. */
    public static final int DATA_UPTR = 32;

    /** u32: a fault queue. Linux 6.11. */
    public static final int FAULT_ID = 40;

    private HwptAllocLayout() {}
}
