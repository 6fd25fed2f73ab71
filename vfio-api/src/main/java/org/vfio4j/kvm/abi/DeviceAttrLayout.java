// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_device_attr}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_device_attr")
public final class DeviceAttrLayout {
    /** Bytes. */
    public static final int SIZE = 24;

    /** u32: 0. */
    public static final int FLAGS = 0;

    /** u32: which group of attributes. */
    public static final int GROUP = 4;

    /** u64: which attribute. */
    public static final int ATTR = 8;

    /** u64: address of the value. */
    public static final int ADDR = 16;

    private DeviceAttrLayout() {}
}
