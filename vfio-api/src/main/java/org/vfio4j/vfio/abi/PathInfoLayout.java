// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_path_info} of the proposal. */
@Uapi(header = "vfio_path_info.h", struct = "vfio_path_info")
public final class PathInfoLayout {
    /** Bytes, without the path. */
    public static final int SIZE = 20;

    /** u32: bytes that the caller has room for; out: bytes that the kernel has to say. */
    public static final int ARGSZ = 0;

    /** u32: out, {@code VFIO_DEVTREE_INFO_RANGES}. */
    public static final int FLAGS = 4;

    /** u32: in, which region or IRQ. */
    public static final int INDEX = 8;

    /** u32: in, {@code VFIO_DEVTREE_INFO_TYPE_}. */
    public static final int TYPE = 12;

    /** u32: out, the index in the property. */
    public static final int START = 16;

    /** The node's full path, NUL-terminated. */
    public static final int PATH = 20;

    private PathInfoLayout() {}
}
