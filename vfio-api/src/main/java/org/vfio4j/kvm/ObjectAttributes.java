// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.vfio4j.kvm.KvmObject.SYSTEM;
import static org.vfio4j.kvm.KvmObject.VCPU;
import static org.vfio4j.kvm.KvmObject.VM;

import java.util.List;
import org.vfio4j.kvm.abi.ArmAttributes;

/**
 * The attributes of {@code /dev/kvm}, of VMs and of vCPUs ({@code Documentation/virt/kvm/devices/vm.rst}, {@code
 * vcpu.rst}). The same numbers mean something else on each architecture.
 */
public final class ObjectAttributes {
    /** x86-64, {@code /dev/kvm}: which states of XSAVE a guest can have, a mask. */
    public static final KvmAttribute X86_XCOMP_GUEST_SUPPORT = new KvmAttribute(
            SYSTEM, "X86/XCOMP_GUEST_SUPP", 0, 0, AttributeValue.U64, AttributeAccess.READ, AttributePhase.ANY, false);

    /** x86-64, vCPU: what is added to the host's time stamp counter. */
    public static final KvmAttribute X86_TSC_OFFSET =
            KvmAttribute.state(VCPU, "X86_TSC/OFFSET", 0, 0, AttributeValue.U64, AttributePhase.ANY);

    /** arm64, vCPU: the interrupt of the performance monitor: a PPI, the same for all vCPUs, or an SPI for each. */
    public static final KvmAttribute PMU_IRQ = KvmAttribute.setting(
            VCPU,
            "PMU_V3/IRQ",
            ArmAttributes.KVM_ARM_VCPU_PMU_V3_CTRL,
            ArmAttributes.KVM_ARM_VCPU_PMU_V3_IRQ,
            AttributeValue.S32,
            AttributePhase.BEFORE_RUN);

    /** arm64, vCPU: says that the performance monitor is configured. The GIC must be initialized. */
    public static final KvmAttribute PMU_INIT = KvmAttribute.command(
            VCPU,
            "PMU_V3/INIT",
            ArmAttributes.KVM_ARM_VCPU_PMU_V3_CTRL,
            ArmAttributes.KVM_ARM_VCPU_PMU_V3_INIT,
            AttributePhase.AFTER_INIT);

    /** arm64, vCPU: which events the guest may count; a structure. */
    public static final KvmAttribute PMU_FILTER = new KvmAttribute(
            VCPU,
            "PMU_V3/FILTER",
            ArmAttributes.KVM_ARM_VCPU_PMU_V3_CTRL,
            ArmAttributes.KVM_ARM_VCPU_PMU_V3_FILTER,
            AttributeValue.PMU_FILTER,
            AttributeAccess.WRITE,
            AttributePhase.BEFORE_RUN,
            false);

    /** arm64, vCPU: which performance monitor of the host it is, as {@code type} of it in sysfs says. */
    public static final KvmAttribute PMU_OF_HOST = new KvmAttribute(
            VCPU,
            "PMU_V3/SET_PMU",
            ArmAttributes.KVM_ARM_VCPU_PMU_V3_CTRL,
            ArmAttributes.KVM_ARM_VCPU_PMU_V3_SET_PMU,
            AttributeValue.S32,
            AttributeAccess.WRITE,
            AttributePhase.BEFORE_RUN,
            false);

    /** arm64, vCPU: the interrupt of the virtual timer, a PPI from 16 to 31; 27 if it is not set. */
    public static final KvmAttribute VIRTUAL_TIMER_IRQ =
            timer("TIMER/IRQ_VTIMER", ArmAttributes.KVM_ARM_VCPU_TIMER_IRQ_VTIMER);

    /** arm64, vCPU: the interrupt of the physical timer, a PPI from 16 to 31; 30 if it is not set. */
    public static final KvmAttribute PHYSICAL_TIMER_IRQ =
            timer("TIMER/IRQ_PTIMER", ArmAttributes.KVM_ARM_VCPU_TIMER_IRQ_PTIMER);

    /** arm64, vCPU: the interrupt of the virtual timer of EL2, with nested virtualization, since Linux 6.4; 28. */
    public static final KvmAttribute HYPERVISOR_VIRTUAL_TIMER_IRQ =
            timer("TIMER/IRQ_HVTIMER", ArmAttributes.KVM_ARM_VCPU_TIMER_IRQ_HVTIMER);

    /** arm64, vCPU: the interrupt of the physical timer of EL2, with nested virtualization, since Linux 6.4; 26. */
    public static final KvmAttribute HYPERVISOR_PHYSICAL_TIMER_IRQ =
            timer("TIMER/IRQ_HPTIMER", ArmAttributes.KVM_ARM_VCPU_TIMER_IRQ_HPTIMER);

    /** arm64, vCPU: where the guest is told of stolen time: a multiple of 64 in its memory. */
    public static final KvmAttribute STOLEN_TIME = KvmAttribute.setting(
            VCPU,
            "PVTIME/IPA",
            ArmAttributes.KVM_ARM_VCPU_PVTIME_CTRL,
            ArmAttributes.KVM_ARM_VCPU_PVTIME_IPA,
            AttributeValue.U64,
            AttributePhase.ANY);

    /** arm64, VM: which calls of the guest come to user space; a structure. */
    public static final KvmAttribute SMCCC_FILTER = new KvmAttribute(
            VM,
            "SMCCC/FILTER",
            ArmAttributes.KVM_ARM_VM_SMCCC_CTRL,
            ArmAttributes.KVM_ARM_VM_SMCCC_FILTER,
            AttributeValue.SMCCC_FILTER,
            AttributeAccess.WRITE,
            AttributePhase.BEFORE_RUN,
            false);

    /** Those of x86-64. */
    static final List<KvmAttribute> X86 = List.of(X86_XCOMP_GUEST_SUPPORT, X86_TSC_OFFSET);

    static final List<KvmAttribute> OF_SYSTEM = List.of(X86_XCOMP_GUEST_SUPPORT);

    static final List<KvmAttribute> OF_VM = List.of(SMCCC_FILTER);

    static final List<KvmAttribute> OF_VCPU = List.of(
            X86_TSC_OFFSET,
            PMU_IRQ,
            PMU_INIT,
            PMU_FILTER,
            PMU_OF_HOST,
            VIRTUAL_TIMER_IRQ,
            PHYSICAL_TIMER_IRQ,
            HYPERVISOR_VIRTUAL_TIMER_IRQ,
            HYPERVISOR_PHYSICAL_TIMER_IRQ,
            STOLEN_TIME);

    private ObjectAttributes() {}

    private static KvmAttribute timer(String name, int number) {
        return KvmAttribute.state(
                VCPU,
                name,
                ArmAttributes.KVM_ARM_VCPU_TIMER_CTRL,
                number,
                AttributeValue.S32,
                AttributePhase.BEFORE_RUN);
    }
}
