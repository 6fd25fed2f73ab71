// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.vfio4j.kvm.KvmDeviceType.VGIC_ITS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_ITS_CTRL_RESET;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_ITS_RESTORE_TABLES;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_ITS_SAVE_TABLES;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_CTRL_INIT;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_ADDR;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CTRL;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_ITS_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_ITS_ADDR_TYPE;

import java.util.List;

/** The attributes of {@link KvmDeviceType#VGIC_ITS} ({@code Documentation/virt/kvm/devices/arm-vgic-its.rst}). */
public final class ItsAttributes {
    /** Guest physical address, a multiple of 64 KiB; 128 KiB. */
    public static final KvmAttribute ADDRESS = KvmAttribute.setting(
            VGIC_ITS,
            "ADDR/ITS",
            KVM_DEV_ARM_VGIC_GRP_ADDR,
            KVM_VGIC_ITS_ADDR_TYPE,
            AttributeValue.U64,
            AttributePhase.ANY);

    /** Says that all is configured. */
    public static final KvmAttribute INIT = control("CTRL/INIT", KVM_DEV_ARM_VGIC_CTRL_INIT);

    /** Makes the ITS as it was at start. No vCPU may be running. */
    public static final KvmAttribute RESET = control("CTRL/RESET", KVM_DEV_ARM_ITS_CTRL_RESET);

    /** Saves the tables to the guest's memory. No vCPU may be running. */
    public static final KvmAttribute SAVE_TABLES = control("CTRL/SAVE_TABLES", KVM_DEV_ARM_ITS_SAVE_TABLES);

    /** Restores the tables from the guest's memory. No vCPU may be running. */
    public static final KvmAttribute RESTORE_TABLES = control("CTRL/RESTORE_TABLES", KVM_DEV_ARM_ITS_RESTORE_TABLES);

    static final List<KvmAttribute> ALL = List.of(ADDRESS, INIT, RESET, SAVE_TABLES, RESTORE_TABLES, register(0));

    private static final int GITS_TYPER = 8;
    private static final int GITS_PIDR4 = 0xffd0;

    private ItsAttributes() {}

    /**
     * A register of the ITS, always with a 64-bit value.
     *
     * @param offset of the register: a multiple of 4 for those of 32 bits, below 8 and from 0xffd0, and of 8 for the others
     * @return the attribute
     */
    public static KvmAttribute register(int offset) {
        int size = offset < GITS_TYPER || offset >= GITS_PIDR4 ? Integer.BYTES : Long.BYTES;
        if (offset < 0 || offset % size != 0) {
            throw new IllegalArgumentException(
                    "expected an offset that is a multiple of " + size + ", got 0x" + Integer.toHexString(offset));
        }
        return KvmAttribute.state(
                VGIC_ITS,
                "ITS_REGS/0x" + Integer.toHexString(offset),
                KVM_DEV_ARM_VGIC_GRP_ITS_REGS,
                offset,
                AttributeValue.U64,
                AttributePhase.AFTER_ADDRESS);
    }

    private static KvmAttribute control(String name, int number) {
        return KvmAttribute.command(VGIC_ITS, name, KVM_DEV_ARM_VGIC_GRP_CTRL, number, AttributePhase.ANY);
    }
}
