// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_region_info_cap_sparse_mmap}: only these areas of the region can be mapped. */
@Uapi(header = "linux/vfio.h", struct = "vfio_region_info_cap_sparse_mmap")
public final class RegionInfoCapSparseMmapLayout {
    /** Bytes, without the areas. */
    public static final int SIZE = 16;

    /** {@link InfoCapHeaderLayout}. */
    public static final int HEADER = 0;

    /** u32: how many areas. */
    public static final int NR_AREAS = 8;

    /** u32: unused. */
    public static final int RESERVED = 12;

    /** {@link RegionSparseMmapAreaLayout}, one after the other. */
    public static final int AREAS = 16;

    private RegionInfoCapSparseMmapLayout() {}
}
