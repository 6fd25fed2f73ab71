// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_ioas_map_file}. Linux 6.13. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_ioas_map_file")
public final class IoasMapFileLayout {
    /** Bytes. */
    public static final int SIZE = 40;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: {@code IOMMU_IOAS_MAP_}. */
    public static final int FLAGS = 4;

    /** u32: the IOAS. */
    public static final int IOAS_ID = 8;

    /** s32: the file. */
    public static final int FD = 12;

    /** u64: the offset in it. */
    public static final int START = 16;

    /** u64: bytes. */
    public static final int LENGTH = 24;

    /** u64: in and out, address for the device. */
    public static final int IOVA = 32;

    private IoasMapFileLayout() {}
}
