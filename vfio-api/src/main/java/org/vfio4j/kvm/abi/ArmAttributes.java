// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The attributes of arm64's VMs and VCPUs. */
@Uapi(header = "linux/kvm.h", architecture = "aarch64")
public final class ArmAttributes {
    /** Group of a VCPU: the performance monitor. */
    public static final int KVM_ARM_VCPU_PMU_V3_CTRL = 0;

    /** Attribute: s32, the overflow interrupt. */
    public static final int KVM_ARM_VCPU_PMU_V3_IRQ = 0;

    /** Attribute: all is configured. */
    public static final int KVM_ARM_VCPU_PMU_V3_INIT = 1;

    /** Attribute: {@code struct kvm_pmu_event_filter}, 8 bytes. */
    public static final int KVM_ARM_VCPU_PMU_V3_FILTER = 2;

    /** Attribute: s32, which of the host's. */
    public static final int KVM_ARM_VCPU_PMU_V3_SET_PMU = 3;

    /** Group of a VCPU: the timers. */
    public static final int KVM_ARM_VCPU_TIMER_CTRL = 1;

    /** Attribute: s32, the virtual timer's interrupt. */
    public static final int KVM_ARM_VCPU_TIMER_IRQ_VTIMER = 0;

    /** Attribute: s32, the physical timer's interrupt. */
    public static final int KVM_ARM_VCPU_TIMER_IRQ_PTIMER = 1;

    /** Attribute: s32, the interrupt of the virtual timer of EL2. */
    public static final int KVM_ARM_VCPU_TIMER_IRQ_HVTIMER = 2;

    /** Attribute: s32, the interrupt of the physical timer of EL2. */
    public static final int KVM_ARM_VCPU_TIMER_IRQ_HPTIMER = 3;

    /** Group of a VCPU: stolen time. */
    public static final int KVM_ARM_VCPU_PVTIME_CTRL = 2;

    /** Attribute: u64, the guest physical address where it is told. */
    public static final int KVM_ARM_VCPU_PVTIME_IPA = 0;

    /** Group of a VM: the guest's calls. */
    public static final int KVM_ARM_VM_SMCCC_CTRL = 0;

    /** Attribute: {@code struct kvm_smccc_filter}, 24 bytes. */
    public static final int KVM_ARM_VM_SMCCC_FILTER = 0;

    private ArmAttributes() {}
}
