// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_region_sparse_mmap_area}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_region_sparse_mmap_area")
public final class RegionSparseMmapAreaLayout {
    /** Bytes. */
    public static final int SIZE = 16;

    /** u64: where in the region. */
    public static final int OFFSET = 0;

    /** u64: bytes. */
    public static final int SIZE_AT = 8;

    private RegionSparseMmapAreaLayout() {}
}
