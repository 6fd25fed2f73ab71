// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.kvm.abi.ArmIoctl;

/** What a vCPU of arm64 has, see {@link Vcpu#init}. */
public enum ArmFeature {
    /** It waits until another vCPU starts it with PSCI. */
    POWER_OFF(ArmIoctl.KVM_ARM_VCPU_POWER_OFF),
    /** The guest is a 32-bit one. */
    EL1_32BIT(ArmIoctl.KVM_ARM_VCPU_EL1_32BIT),
    /** KVM answers PSCI 0.2 and later; without it 0.1. Needs {@link KvmCapability#ARM_PSCI_0_2}. */
    PSCI_0_2(ArmIoctl.KVM_ARM_VCPU_PSCI_0_2),
    /** Performance counters. */
    PMU_V3(ArmIoctl.KVM_ARM_VCPU_PMU_V3),
    /** Scalable vectors. */
    SVE(ArmIoctl.KVM_ARM_VCPU_SVE),
    /** Pointer authentication of addresses; only with {@link #PTRAUTH_GENERIC}. */
    PTRAUTH_ADDRESS(ArmIoctl.KVM_ARM_VCPU_PTRAUTH_ADDRESS),
    /** Generic pointer authentication; only with {@link #PTRAUTH_ADDRESS}. */
    PTRAUTH_GENERIC(ArmIoctl.KVM_ARM_VCPU_PTRAUTH_GENERIC);

    private final int bit;

    ArmFeature(int bit) {
        this.bit = bit;
    }

    /** {@return the bit in {@code struct kvm_vcpu_init}} */
    int bit() {
        return bit;
    }
}
