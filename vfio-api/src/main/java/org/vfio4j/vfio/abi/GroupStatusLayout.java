// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_group_status}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_group_status")
public final class GroupStatusLayout {
    /** Bytes. */
    public static final int SIZE = 8;

    /** u32: bytes that the caller has room for; out: bytes that the kernel has to say. */
    public static final int ARGSZ = 0;

    /** u32: out, {@code VFIO_GROUP_FLAGS_}. */
    public static final int FLAGS = 4;

    private GroupStatusLayout() {}
}
