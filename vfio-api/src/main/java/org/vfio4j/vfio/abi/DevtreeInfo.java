// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** The ioctl of the proposal "VFIO for Platform Devices" (2013), which no mainline kernel has. The proposal names no
 * number; this one is ours, chosen where nothing else is. */
@Uapi(header = "vfio_path_info.h")
public final class DevtreeInfo {
    /** Device: {@link PathInfoLayout}. {@code _IO(';', 0xF0)}. ENOSPC, with argsz set to what is needed, if the path does not
     * fit; EINVAL for an argsz below {@link PathInfoLayout#SIZE} or an unknown type or index. */
    public static final int VFIO_DEVICE_GET_DEVTREE_INFO = 0x3bf0;

    /** Flag: the region is an entry of {@code ranges}, not of {@code reg}. */
    public static final int VFIO_DEVTREE_INFO_RANGES = 1 << 3;

    /** Type: the index is of a region. */
    public static final int VFIO_DEVTREE_INFO_TYPE_REGION = 0;

    /** Type: the index is of an IRQ. */
    public static final int VFIO_DEVTREE_INFO_TYPE_IRQ = 1;

    private DevtreeInfo() {}
}
