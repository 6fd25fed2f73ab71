// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The attributes of arm64's interrupt controllers: GICv2, GICv3 and its ITS. */
@Uapi(header = "linux/kvm.h", architecture = "aarch64")
public final class ArmVgicFlags {
    /** Group: where the registers are in the guest. */
    public static final int KVM_DEV_ARM_VGIC_GRP_ADDR = 0;

    /** Group: registers of the distributor. */
    public static final int KVM_DEV_ARM_VGIC_GRP_DIST_REGS = 1;

    /** Group: registers of a GICv2's CPU interface. */
    public static final int KVM_DEV_ARM_VGIC_GRP_CPU_REGS = 2;

    /** Group: the u32 number of interrupts. */
    public static final int KVM_DEV_ARM_VGIC_GRP_NR_IRQS = 3;

    /** Group: commands. */
    public static final int KVM_DEV_ARM_VGIC_GRP_CTRL = 4;

    /** Group: registers of a redistributor. */
    public static final int KVM_DEV_ARM_VGIC_GRP_REDIST_REGS = 5;

    /** Group: system registers of a CPU interface. */
    public static final int KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS = 6;

    /** Group: levels of lines. */
    public static final int KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO = 7;

    /** Group: registers of the ITS. */
    public static final int KVM_DEV_ARM_VGIC_GRP_ITS_REGS = 8;

    /** Attribute of ADDR: u64, a GICv2's distributor. */
    public static final int KVM_VGIC_V2_ADDR_TYPE_DIST = 0;

    /** Attribute of ADDR: u64, a GICv2's CPU interface. */
    public static final int KVM_VGIC_V2_ADDR_TYPE_CPU = 1;

    /** Attribute of ADDR: u64, a GICv3's distributor. */
    public static final int KVM_VGIC_V3_ADDR_TYPE_DIST = 2;

    /** Attribute of ADDR: u64, a GICv3's redistributors, one after the other. */
    public static final int KVM_VGIC_V3_ADDR_TYPE_REDIST = 3;

    /** Attribute of ADDR: u64, the ITS. */
    public static final int KVM_VGIC_ITS_ADDR_TYPE = 4;

    /** Attribute of ADDR: u64 of several fields, some of a GICv3's redistributors. */
    public static final int KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION = 5;

    /** Bytes of a GICv2's distributor. */
    public static final int KVM_VGIC_V2_DIST_SIZE = 0x1000;

    /** Bytes of a GICv2's CPU interface. */
    public static final int KVM_VGIC_V2_CPU_SIZE = 0x2000;

    /** Attribute of CTRL: all is configured. */
    public static final int KVM_DEV_ARM_VGIC_CTRL_INIT = 0;

    /** Attribute of CTRL: the ITS' tables to the guest's memory. */
    public static final int KVM_DEV_ARM_ITS_SAVE_TABLES = 1;

    /** Attribute of CTRL: the ITS' tables from the guest's memory. */
    public static final int KVM_DEV_ARM_ITS_RESTORE_TABLES = 2;

    /** Attribute of CTRL: pending LPIs to the guest's memory. */
    public static final int KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES = 3;

    /** Attribute of CTRL: the ITS as it was at start. */
    public static final int KVM_DEV_ARM_ITS_CTRL_RESET = 4;

    /** Where a GICv2's attribute of a register has the number of the VCPU. */
    public static final int KVM_DEV_ARM_VGIC_CPUID_SHIFT = 32;

    /** Where a GICv3's attribute of a register has the affinity. */
    public static final int KVM_DEV_ARM_VGIC_V3_MPIDR_SHIFT = 32;

    /** Where an attribute of LEVEL_INFO has what is asked. */
    public static final int KVM_DEV_ARM_VGIC_LINE_LEVEL_INFO_SHIFT = 10;

    /** Bits of an attribute of LEVEL_INFO: the first of 32 interrupts. */
    public static final int KVM_DEV_ARM_VGIC_LINE_LEVEL_INTID_MASK = 0x3ff;

    /** What LEVEL_INFO can be asked: the levels of input lines. */
    public static final int VGIC_LEVEL_INFO_LINE_LEVEL = 0;

    private ArmVgicFlags() {}
}
