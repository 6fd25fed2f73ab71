// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_create_device}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_create_device")
public final class CreateDeviceLayout {
    /** Bytes. */
    public static final int SIZE = 12;

    /** u32: in, {@code KVM_DEV_TYPE_}. */
    public static final int TYPE = 0;

    /** u32: out, the descriptor. */
    public static final int FD = 4;

    /** u32: in, {@code KVM_CREATE_DEVICE_}. */
    public static final int FLAGS = 8;

    private CreateDeviceLayout() {}
}
