// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_info_cap_header}: the head of each capability in a chain. */
@Uapi(header = "linux/vfio.h", struct = "vfio_info_cap_header")
public final class InfoCapHeaderLayout {
    /** Bytes. */
    public static final int SIZE = 8;

    /** u16: which capability. */
    public static final int ID = 0;

    /** u16: its version. */
    public static final int VERSION = 2;

    /** u32: where the next one is, from the begin of the info structure; 0 ends the chain. */
    public static final int NEXT = 4;

    private InfoCapHeaderLayout() {}
}
