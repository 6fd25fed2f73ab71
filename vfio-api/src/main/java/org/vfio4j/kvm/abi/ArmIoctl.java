// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The ioctl numbers and flags of KVM that are of arm64. */
@Uapi(header = "linux/kvm.h", architecture = "aarch64")
public final class ArmIoctl {
    /** VCPU: {@link ArmVcpuInitLayout}. */
    public static final int KVM_ARM_VCPU_INIT = 0x4020aeae;

    /** VM: {@link ArmVcpuInitLayout}. */
    public static final int KVM_ARM_PREFERRED_TARGET = 0x8020aeaf;

    /** Feature: the vCPU waits until another starts it with PSCI. */
    public static final int KVM_ARM_VCPU_POWER_OFF = 0;

    /** Feature: the guest is a 32-bit one. */
    public static final int KVM_ARM_VCPU_EL1_32BIT = 1;

    /** Feature: KVM answers PSCI 0.2 and later. */
    public static final int KVM_ARM_VCPU_PSCI_0_2 = 2;

    /** Feature: performance counters. */
    public static final int KVM_ARM_VCPU_PMU_V3 = 3;

    /** Feature: scalable vectors. */
    public static final int KVM_ARM_VCPU_SVE = 4;

    /** Feature: pointer authentication of addresses. */
    public static final int KVM_ARM_VCPU_PTRAUTH_ADDRESS = 5;

    /** Feature: generic pointer authentication. */
    public static final int KVM_ARM_VCPU_PTRAUTH_GENERIC = 6;

    private ArmIoctl() {}
}
