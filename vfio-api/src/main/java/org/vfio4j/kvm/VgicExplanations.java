// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.vfio4j.kvm.KvmDeviceType.VGIC_ITS;
import static org.vfio4j.kvm.KvmDeviceType.VGIC_V2;
import static org.vfio4j.kvm.KvmDeviceType.VGIC_V3;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_ADDR;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CPU_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CTRL;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_ITS_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_NR_IRQS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_REDIST_REGS;
import static org.vfio4j.linux.Errno.E2BIG;
import static org.vfio4j.linux.Errno.EACCES;
import static org.vfio4j.linux.Errno.EBUSY;
import static org.vfio4j.linux.Errno.EEXIST;
import static org.vfio4j.linux.Errno.EFAULT;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.ENODEV;
import static org.vfio4j.linux.Errno.ENOENT;
import static org.vfio4j.linux.Errno.ENXIO;
import static org.vfio4j.vfio.Step.KVM_CREATE_DEVICE;
import static org.vfio4j.vfio.Step.KVM_GET_DEVICE_ATTR;

import java.util.List;

/**
 * Errors of arm64's interrupt controllers: {@code vgic-kvm-device.c}, {@code vgic-init.c}, {@code vgic-mmio-v3.c} and
 * {@code vgic-its.c} of {@code arch/arm64/kvm/vgic}.
 */
final class VgicExplanations {
    private static final List<KvmDeviceType> GICS = List.of(VGIC_V2, VGIC_V3);
    private static final List<KvmDeviceType> ALL = List.of(VGIC_V2, VGIC_V3, VGIC_ITS);
    private static final List<KvmDeviceType> V2 = List.of(VGIC_V2);
    private static final List<KvmDeviceType> V3 = List.of(VGIC_V3);
    private static final List<KvmDeviceType> ITS = List.of(VGIC_ITS);

    private static final String STOP = "stop all vCPUs first";

    private VgicExplanations() {}

    static void addTo(DeviceExplanations.Table table) {
        addCreation(table);
        addAddresses(table);
        addControl(table);
        addRegisters(table);
    }

    private static void addCreation(DeviceExplanations.Table table) {
        for (KvmDeviceType gic : GICS) {
            table.row(
                            gic,
                            KVM_CREATE_DEVICE,
                            EEXIST,
                            "the VM has an interrupt controller already, of this or the other kind",
                            "create one for each VM; closing it does not take it away")
                    .row(
                            gic,
                            KVM_CREATE_DEVICE,
                            EBUSY,
                            "a vCPU has run, or is running",
                            "create the interrupt controller before the first run");
        }
        table.row(
                        VGIC_V2,
                        KVM_CREATE_DEVICE,
                        ENODEV,
                        "the machine's GIC cannot play a GICv2, or KVM is not of arm64",
                        "create a VGIC_V3")
                .row(VGIC_V2, KVM_CREATE_DEVICE, E2BIG, "a GICv2 has no more than 8 vCPUs", "create a VGIC_V3")
                .row(
                        VGIC_V3,
                        KVM_CREATE_DEVICE,
                        ENODEV,
                        "the machine has no GICv3, or KVM is not of arm64",
                        "create a VGIC_V2")
                .row(VGIC_V3, KVM_CREATE_DEVICE, E2BIG, "a GICv3 has no more than 512 vCPUs", "make fewer vCPUs")
                .row(
                        VGIC_ITS,
                        KVM_CREATE_DEVICE,
                        ENODEV,
                        "the machine has no GICv3, or KVM is not of arm64",
                        "go without message-signalled interrupts");
    }

    private static void addAddresses(DeviceExplanations.Table table) {
        int group = KVM_DEV_ARM_VGIC_GRP_ADDR;
        String shared = "the address is not aligned, or the range wraps";
        table.row(ALL, group, EEXIST, "the address is set already", "set each address once")
                .row(
                        ALL,
                        group,
                        E2BIG,
                        "the range is beyond the guest's physical addresses",
                        "choose an address within the bits that the VM was made with (40 without a type)")
                .row(V2, group, EINVAL, shared, "align the address to 4 KiB")
                .row(ITS, group, EINVAL, shared, "align the address to 64 KiB")
                .row(
                        V3,
                        group,
                        EINVAL,
                        shared
                                + ", or it overlaps what is set, or a region is empty, has flags, is not the next index, or"
                                + " is mixed with ADDR/REDIST",
                        "align to 64 KiB, keep ranges apart, and use either ADDR/REDIST or regions from index 0")
                .row(V3, group, ENOENT, "there is no region of this index", "get only what was set")
                .row(ITS, group, ENODEV, "there is no such attribute", "use ADDR/ITS")
                .row(
                        GICS,
                        KVM_DEV_ARM_VGIC_GRP_NR_IRQS,
                        EINVAL,
                        "the number is not a multiple of 32 from 64 to 992",
                        "choose one that is")
                .row(
                        GICS,
                        KVM_DEV_ARM_VGIC_GRP_NR_IRQS,
                        EBUSY,
                        "the number is set already, or the interrupt controller is initialized, which set it to 256",
                        "set it once, before CTRL/INIT");
    }

    private static void addControl(DeviceExplanations.Table table) {
        int group = KVM_DEV_ARM_VGIC_GRP_CTRL;
        table.row(V2, group, EBUSY, "a vCPU is being made", "initialize when all vCPUs are made")
                .row(
                        V3,
                        group,
                        EBUSY,
                        "a vCPU is being made, or is running",
                        "initialize when all vCPUs are made, and save when none is running")
                .row(
                        V3,
                        group,
                        ENXIO,
                        "there is no such command, or the controller is not configured for it",
                        "set the addresses first")
                .row(ITS, group, EBUSY, "a vCPU is running", STOP)
                .row(
                        List.of(VGIC_V3, VGIC_ITS),
                        group,
                        EFAULT,
                        "a table is not in the guest's memory",
                        "add the memory slots first")
                .row(
                        List.of(VGIC_V3, VGIC_ITS),
                        group,
                        EACCES,
                        "an interrupt is delivered by hardware (GICv4), which cannot be asked",
                        "remove the interrupt's forwarding first")
                .row(
                        ITS,
                        group,
                        EINVAL,
                        "a table has an entry that is not valid",
                        "restore what was saved, by the same ABI");
        for (KvmDeviceType gic : ALL) {
            table.row(
                    gic,
                    KVM_GET_DEVICE_ATTR,
                    ENXIO,
                    "there is no such attribute, or it can only be set",
                    "only set it");
        }
    }

    private static void addRegisters(DeviceExplanations.Table table) {
        String notYet = "the interrupt controller is not initialized, or a vCPU is running";
        String init = "set CTRL/INIT first, and stop all vCPUs";
        for (int group : List.of(
                KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
                KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
                KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS,
                KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO)) {
            table.row(V3, group, EBUSY, notYet, init)
                    .row(V3, group, ENXIO, "there is no such register", "use one of arm-vgic-v3.rst");
        }
        table.row(
                        V3,
                        KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
                        EINVAL,
                        "the VM has no vCPU, or no such value",
                        "make the vCPUs first")
                .row(
                        V3,
                        KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
                        EINVAL,
                        "no vCPU has this affinity, or no such value",
                        "make it first")
                .row(
                        V3,
                        KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS,
                        EINVAL,
                        "no vCPU has this affinity, or the register takes no such value",
                        "make the vCPU first, and set what was got")
                .row(
                        V3,
                        KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO,
                        EINVAL,
                        "no vCPU has this affinity, the INTID is no multiple of 32, or something else than levels is asked",
                        "make the vCPU first, and ask by multiples of 32");
        table.row(
                V3,
                KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS,
                ENOENT,
                "there is no such system register",
                "use one of the CPU interface of arm-vgic-v3.rst");
        for (int group : List.of(KVM_DEV_ARM_VGIC_GRP_DIST_REGS, KVM_DEV_ARM_VGIC_GRP_CPU_REGS)) {
            table.row(V2, group, EINVAL, "there is no vCPU of this number, or no such value", "make the vCPU first")
                    .row(V2, group, EBUSY, "a vCPU is being made, or is running", STOP)
                    .row(V2, group, ENXIO, "there is no such register", "use one of arm-vgic.rst");
        }
        int its = KVM_DEV_ARM_VGIC_GRP_ITS_REGS;
        table.row(ITS, its, ENXIO, "there is no such register, or the address is not set", "set ADDR/ITS first")
                .row(ITS, its, EBUSY, "a vCPU is running", STOP)
                .row(
                        ITS,
                        its,
                        EINVAL,
                        "the offset is not aligned, or the register takes no such value now",
                        "restore in the order of arm-vgic-its.rst");
    }
}
