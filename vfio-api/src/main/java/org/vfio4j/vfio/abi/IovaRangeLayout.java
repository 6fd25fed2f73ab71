// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_iova_range}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_iova_range")
public final class IovaRangeLayout {
    /** Bytes. */
    public static final int SIZE = 16;

    /** u64: the first IOVA. */
    public static final int START = 0;

    /** u64: the last IOVA, inclusive. */
    public static final int END = 8;

    private IovaRangeLayout() {}
}
