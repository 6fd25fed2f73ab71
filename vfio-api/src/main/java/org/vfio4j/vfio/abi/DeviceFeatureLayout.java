// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_device_feature}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_device_feature")
public final class DeviceFeatureLayout {
    /** Bytes, without the data. */
    public static final int SIZE = 8;

    /** u32: bytes, with the data. */
    public static final int ARGSZ = 0;

    /** u32: a feature's id and {@code VFIO_DEVICE_FEATURE_GET}, {@code _SET}, {@code _PROBE}. */
    public static final int FLAGS = 4;

    /** What the feature defines. */
    public static final int DATA = 8;

    private DeviceFeatureLayout() {}
}
