// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_device_bind_iommufd}. Linux 6.6; the token came with 6.17. */
@Uapi(header = "linux/vfio.h", struct = "vfio_device_bind_iommufd", minimumEndsWith = "out_devid")
public final class DeviceBindIommufdLayout {
    /** Bytes. */
    public static final int SIZE = 24;

    /** Without the token, as up to Linux 6.16. */
    public static final int MINIMUM_SIZE = 16;

    /** u32: bytes; what is behind the kernel's own size must be 0. */
    public static final int ARGSZ = 0;

    /** u32: {@code VFIO_DEVICE_BIND_FLAG_}. */
    public static final int FLAGS = 4;

    /** s32: the descriptor of {@code /dev/iommu}. */
    public static final int IOMMUFD = 8;

    /** u32: out, the id of the device in it. */
    public static final int OUT_DEVID = 12;

    /** u64: address of 16 bytes. */
    public static final int TOKEN_UUID_PTR = 16;

    private DeviceBindIommufdLayout() {}
}
