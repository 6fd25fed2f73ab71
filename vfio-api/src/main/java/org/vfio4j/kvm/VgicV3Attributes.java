// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.vfio4j.kvm.KvmDeviceType.VGIC_V3;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_CTRL_INIT;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_ADDR;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CTRL;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_NR_IRQS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_REDIST_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_LINE_LEVEL_INFO_SHIFT;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_V3_ADDR_TYPE_DIST;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_V3_ADDR_TYPE_REDIST;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION;
import static org.vfio4j.kvm.abi.ArmVgicFlags.VGIC_LEVEL_INFO_LINE_LEVEL;

import java.util.List;

/** The attributes of {@link KvmDeviceType#VGIC_V3} ({@code Documentation/virt/kvm/devices/arm-vgic-v3.rst}). */
public final class VgicV3Attributes {
    /** Guest physical address of the distributor, a multiple of 64 KiB; 64 KiB. */
    public static final KvmAttribute DISTRIBUTOR = address("ADDR/DIST", KVM_VGIC_V3_ADDR_TYPE_DIST);

    /** Guest physical address of all redistributors, a multiple of 64 KiB; 128 KiB for each vCPU. */
    public static final KvmAttribute REDISTRIBUTORS = address("ADDR/REDIST", KVM_VGIC_V3_ADDR_TYPE_REDIST);

    /** Some of the redistributors, as {@link RedistributorRegion#toWord} has them; got with the index of one. */
    public static final KvmAttribute REDISTRIBUTOR_REGION = new KvmAttribute(
            VGIC_V3,
            "ADDR/REDIST_REGION",
            KVM_DEV_ARM_VGIC_GRP_ADDR,
            KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION,
            AttributeValue.U64,
            AttributeAccess.WRITE_AND_ASK,
            AttributePhase.BEFORE_RUN,
            false);

    /** How many interrupts there are, SGIs and PPIs included: a multiple of 32 from 64 to 992; 256 if it is not set. */
    public static final KvmAttribute IRQ_COUNT = KvmAttribute.setting(
            VGIC_V3, "NR_IRQS", KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, AttributeValue.U32, AttributePhase.BEFORE_INIT);

    /** Initializes the controller, without which no vCPU runs. Linux makes no more vCPUs afterwards. */
    public static final KvmAttribute INIT =
            control("CTRL/INIT", KVM_DEV_ARM_VGIC_CTRL_INIT, AttributePhase.AFTER_VCPUS);

    /** Saves what LPIs are pending to the tables in the guest's memory. No vCPU may be running. */
    public static final KvmAttribute SAVE_PENDING_TABLES =
            control("CTRL/SAVE_PENDING_TABLES", KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES, AttributePhase.AFTER_INIT);

    static final List<KvmAttribute> ALL = List.of(
            DISTRIBUTOR,
            REDISTRIBUTORS,
            REDISTRIBUTOR_REGION,
            IRQ_COUNT,
            INIT,
            SAVE_PENDING_TABLES,
            distributorRegister(0),
            redistributorRegister(Affinity.ofVcpu(0), 0),
            systemRegister(Affinity.ofVcpu(0), 3, 0, 4, 6, 0),
            lineLevels(Affinity.ofVcpu(0), 32));

    private VgicV3Attributes() {}

    /**
     * A register of the distributor.
     *
     * @param offset of the register, a multiple of 4
     * @return the attribute, 32 bits
     */
    public static KvmAttribute distributorRegister(int offset) {
        return register("DIST_REGS/0x" + Integer.toHexString(offset), KVM_DEV_ARM_VGIC_GRP_DIST_REGS, offset(offset));
    }

    /**
     * A register of a vCPU's redistributor.
     *
     * @param vcpu whose
     * @param offset of the register, a multiple of 4
     * @return the attribute, 32 bits
     */
    public static KvmAttribute redistributorRegister(Affinity vcpu, int offset) {
        return register(
                "REDIST_REGS/0x" + Integer.toHexString(offset),
                KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
                vcpu.toAttributeBits() | offset(offset));
    }

    /**
     * A system register of a vCPU's CPU interface, by the fields of its encoding, such as 3, 0, 4, 6, 0 for {@code
     * ICC_PMR_EL1}.
     *
     * @param vcpu whose
     * @param op0 0 to 3
     * @param op1 0 to 7
     * @param crn 0 to 15
     * @param crm 0 to 15
     * @param op2 0 to 7
     * @return the attribute, 64 bits
     */
    public static KvmAttribute systemRegister(Affinity vcpu, int op0, int op1, int crn, int crm, int op2) {
        int instruction =
                field(op0, 2) << 14 | field(op1, 3) << 11 | field(crn, 4) << 7 | field(crm, 4) << 3 | field(op2, 3);
        return KvmAttribute.state(
                VGIC_V3,
                "CPU_SYSREGS/S" + op0 + "_" + op1 + "_C" + crn + "_C" + crm + "_" + op2,
                KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS,
                vcpu.toAttributeBits() | instruction,
                AttributeValue.U64,
                AttributePhase.AFTER_INIT);
    }

    /**
     * The levels of 32 input lines, one bit each.
     *
     * @param vcpu whose, for PPIs
     * @param first the INTID of bit 0, a multiple of 32 below 1024
     * @return the attribute, 32 bits
     */
    public static KvmAttribute lineLevels(Affinity vcpu, int first) {
        if (first < 0 || first >= 1024 || first % 32 != 0) {
            throw new IllegalArgumentException("expected an INTID that is a multiple of 32 below 1024, got " + first);
        }
        long word =
                vcpu.toAttributeBits() | VGIC_LEVEL_INFO_LINE_LEVEL << KVM_DEV_ARM_VGIC_LINE_LEVEL_INFO_SHIFT | first;
        return register("LEVEL_INFO/" + first, KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO, word);
    }

    /** The bits of an attribute that are the offset of a register. */
    static long offset(int offset) {
        if ((offset & 3) != 0) {
            throw new IllegalArgumentException(
                    "expected an offset that is a multiple of 4, got 0x" + Integer.toHexString(offset));
        }
        return Integer.toUnsignedLong(offset);
    }

    private static int field(int value, int bits) {
        if (value < 0 || value >= 1 << bits) {
            throw new IllegalArgumentException("expected a field of " + bits + " bits, got " + value);
        }
        return value;
    }

    private static KvmAttribute register(String name, int group, long word) {
        return KvmAttribute.state(VGIC_V3, name, group, word, AttributeValue.U32, AttributePhase.AFTER_INIT);
    }

    private static KvmAttribute control(String name, int number, AttributePhase phase) {
        return KvmAttribute.command(VGIC_V3, name, KVM_DEV_ARM_VGIC_GRP_CTRL, number, phase);
    }

    private static KvmAttribute address(String name, int number) {
        return KvmAttribute.setting(
                VGIC_V3, name, KVM_DEV_ARM_VGIC_GRP_ADDR, number, AttributeValue.U64, AttributePhase.BEFORE_RUN);
    }
}
