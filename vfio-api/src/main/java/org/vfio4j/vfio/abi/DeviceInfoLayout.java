// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_device_info}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_device_info", minimumEndsWith = "num_irqs")
public final class DeviceInfoLayout {
    /** Bytes. */
    public static final int SIZE = 24;

    /** The least that a kernel takes, and what one before capabilities knows. */
    public static final int MINIMUM_SIZE = 16;

    /** u32: bytes that the caller has room for; out: bytes that the kernel has to say. */
    public static final int ARGSZ = 0;

    /** u32: out, {@code VFIO_DEVICE_FLAGS_}. */
    public static final int FLAGS = 4;

    /** u32: out, the largest region index plus 1. */
    public static final int NUM_REGIONS = 8;

    /** u32: out, the largest IRQ index plus 1. */
    public static final int NUM_IRQS = 12;

    /** u32: out, where the first capability is, 0 for none. */
    public static final int CAP_OFFSET = 16;

    /** u32: unused. */
    public static final int PAD = 20;

    private DeviceInfoLayout() {}
}
