// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_vcpu_init} of arm64. */
@Uapi(header = "linux/kvm.h", struct = "kvm_vcpu_init", architecture = "aarch64")
public final class ArmVcpuInitLayout {
    /** Bytes. */
    public static final int SIZE = 32;

    /** u32: {@code KVM_ARM_TARGET_}. */
    public static final int TARGET = 0;

    /** u32 seven times: a bit for each {@code KVM_ARM_VCPU_}. */
    public static final int FEATURES = 4;

    private ArmVcpuInitLayout() {}
}
