// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_region_info_cap_type}: what a device specific region is. */
@Uapi(header = "linux/vfio.h", struct = "vfio_region_info_cap_type")
public final class RegionInfoCapTypeLayout {
    /** Bytes. */
    public static final int SIZE = 16;

    /** {@link InfoCapHeaderLayout}. */
    public static final int HEADER = 0;

    /** u32: the type, global or of a vendor. */
    public static final int TYPE = 8;

    /** u32: the subtype in it. */
    public static final int SUBTYPE = 12;

    private RegionInfoCapTypeLayout() {}
}
