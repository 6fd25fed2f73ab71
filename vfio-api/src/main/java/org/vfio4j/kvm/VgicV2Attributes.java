// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.vfio4j.kvm.KvmDeviceType.VGIC_V2;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_CPUID_SHIFT;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_CTRL_INIT;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_ADDR;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CPU_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CTRL;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_NR_IRQS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_V2_ADDR_TYPE_CPU;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_V2_ADDR_TYPE_DIST;

import java.util.List;

/** The attributes of {@link KvmDeviceType#VGIC_V2} ({@code Documentation/virt/kvm/devices/arm-vgic.rst}). */
public final class VgicV2Attributes {
    /** Guest physical address of the distributor, a multiple of 4 KiB; 4 KiB. */
    public static final KvmAttribute DISTRIBUTOR = address("ADDR/DIST", KVM_VGIC_V2_ADDR_TYPE_DIST);

    /** Guest physical address of the CPU interface, a multiple of 4 KiB; 8 KiB. */
    public static final KvmAttribute CPU_INTERFACE = address("ADDR/CPU", KVM_VGIC_V2_ADDR_TYPE_CPU);

    /** How many interrupts there are, SGIs and PPIs included: a multiple of 32 from 64 to 992; 256 if it is not set. */
    public static final KvmAttribute IRQ_COUNT = KvmAttribute.setting(
            VGIC_V2, "NR_IRQS", KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, AttributeValue.U32, AttributePhase.BEFORE_INIT);

    /** Initializes the controller. Linux makes no more vCPUs afterwards. */
    public static final KvmAttribute INIT = KvmAttribute.command(
            VGIC_V2, "CTRL/INIT", KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, AttributePhase.AFTER_VCPUS);

    static final List<KvmAttribute> ALL =
            List.of(DISTRIBUTOR, CPU_INTERFACE, IRQ_COUNT, INIT, distributorRegister(0, 0), cpuRegister(0, 0));

    private VgicV2Attributes() {}

    /**
     * A register of the distributor. The first access initializes the controller.
     *
     * @param vcpu whose, for the registers that each vCPU has: 0 to 255
     * @param offset of the register, a multiple of 4
     * @return the attribute, 32 bits
     */
    public static KvmAttribute distributorRegister(int vcpu, int offset) {
        return register("DIST_REGS", KVM_DEV_ARM_VGIC_GRP_DIST_REGS, vcpu, offset);
    }

    /**
     * A register of a vCPU's CPU interface. The first access initializes the controller.
     *
     * @param vcpu whose: 0 to 255
     * @param offset of the register, a multiple of 4
     * @return the attribute, 32 bits
     */
    public static KvmAttribute cpuRegister(int vcpu, int offset) {
        return register("CPU_REGS", KVM_DEV_ARM_VGIC_GRP_CPU_REGS, vcpu, offset);
    }

    private static KvmAttribute register(String group, int number, int vcpu, int offset) {
        if (vcpu < 0 || vcpu > 0xff) {
            throw new IllegalArgumentException("expected a vCPU of 0 to 255, got " + vcpu);
        }
        long word = (long) vcpu << KVM_DEV_ARM_VGIC_CPUID_SHIFT | VgicV3Attributes.offset(offset);
        return KvmAttribute.state(
                VGIC_V2,
                group + "/0x" + Integer.toHexString(offset),
                number,
                word,
                AttributeValue.U32,
                AttributePhase.AFTER_VCPUS);
    }

    private static KvmAttribute address(String name, int number) {
        return KvmAttribute.setting(
                VGIC_V2, name, KVM_DEV_ARM_VGIC_GRP_ADDR, number, AttributeValue.U64, AttributePhase.BEFORE_RUN);
    }
}
