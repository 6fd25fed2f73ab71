// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_bitmap}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_bitmap")
public final class BitmapLayout {
    /** Bytes. */
    public static final int SIZE = 24;

    /** u64: the page size of a bit. */
    public static final int PGSIZE = 0;

    /** u64: bytes. */
    public static final int SIZE_AT = 8;

    /** u64: address of the bitmap. */
    public static final int DATA = 16;

    private BitmapLayout() {}
}
