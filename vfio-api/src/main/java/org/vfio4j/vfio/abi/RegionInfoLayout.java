// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_region_info}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_region_info")
public final class RegionInfoLayout {
    /** Bytes. */
    public static final int SIZE = 32;

    /** u32: bytes that the caller has room for; out: bytes that the kernel has to say. */
    public static final int ARGSZ = 0;

    /** u32: out, {@code VFIO_REGION_INFO_FLAG_}. */
    public static final int FLAGS = 4;

    /** u32: in, which region. */
    public static final int INDEX = 8;

    /** u32: out, where the first capability is, 0 for none. */
    public static final int CAP_OFFSET = 12;

    /** u64: out, bytes of the region. */
    public static final int SIZE_AT = 16;

    /** u64: out, where the region begins in the device's descriptor. */
    public static final int OFFSET = 24;

    private RegionInfoLayout() {}
}
