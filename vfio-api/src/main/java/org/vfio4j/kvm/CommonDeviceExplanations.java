// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.vfio4j.kvm.KvmDeviceType.VFIO;
import static org.vfio4j.kvm.KvmObject.SYSTEM;
import static org.vfio4j.kvm.KvmObject.VCPU;
import static org.vfio4j.kvm.KvmObject.VM;
import static org.vfio4j.linux.Errno.EBADF;
import static org.vfio4j.linux.Errno.EBUSY;
import static org.vfio4j.linux.Errno.EEXIST;
import static org.vfio4j.linux.Errno.EFAULT;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.EIO;
import static org.vfio4j.linux.Errno.ENODEV;
import static org.vfio4j.linux.Errno.ENOENT;
import static org.vfio4j.linux.Errno.ENOTTY;
import static org.vfio4j.linux.Errno.ENXIO;
import static org.vfio4j.linux.Errno.EPERM;
import static org.vfio4j.vfio.Step.KVM_CREATE_DEVICE;
import static org.vfio4j.vfio.Step.KVM_GET_DEVICE_ATTR;
import static org.vfio4j.vfio.Step.KVM_HAS_DEVICE_ATTR;
import static org.vfio4j.vfio.Step.KVM_SET_DEVICE_ATTR;

import java.util.List;
import org.vfio4j.kvm.abi.ArmAttributes;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.vfio.Step;

/**
 * Errors of all devices, of the VFIO device, of VMs and of vCPUs: {@code virt/kvm/kvm_main.c}, {@code virt/kvm/vfio.c},
 * {@code arch/arm64/kvm/} {@code arm.c}, {@code hypercalls.c}, {@code pmu-emul.c}, {@code arch_timer.c}, {@code
 * pvtime.c}.
 */
final class CommonDeviceExplanations {
    private static final String PROBE = "ask for the attribute first, and see what the probe of the VM lists";

    private CommonDeviceExplanations() {}

    static void addTo(DeviceExplanations.Table table) {
        addCommon(table);
        addVfio(table);
        addVcpu(table);
        table.row(
                        List.of(VM),
                        ArmAttributes.KVM_ARM_VM_SMCCC_CTRL,
                        EBUSY,
                        "a vCPU has run",
                        "set the filter before the first run")
                .row(
                        List.of(VM),
                        ArmAttributes.KVM_ARM_VM_SMCCC_CTRL,
                        EEXIST,
                        "the range overlaps one that is set, or the calls that Linux keeps for itself",
                        "set each range once, and leave out the architecture's own")
                .row(
                        List.of(VM),
                        ArmAttributes.KVM_ARM_VM_SMCCC_CTRL,
                        EINVAL,
                        "the range is empty or wraps, the action is unknown, or the padding is not zero",
                        "see struct kvm_smccc_filter")
                .row(SYSTEM, KVM_SET_DEVICE_ATTR, EINVAL, "nothing of KVM itself can be set", "only get it");
    }

    private static void addCommon(DeviceExplanations.Table table) {
        String otherProcess = "another process made the VM, or KVM has given the VM up";
        String useInOne = "use a VM in the process that made it; for a VM that KVM gave up see dmesg";
        table.row(KVM_CREATE_DEVICE, ENODEV, "this kernel's KVM has no such device", "use a type that the probe lists")
                .row(KVM_CREATE_DEVICE, EINVAL, "the descriptor is not one of a VM", "create devices of a VM")
                .row(
                        KVM_CREATE_DEVICE,
                        EEXIST,
                        "the VM has one already, and there is room for one",
                        "use the one that it has")
                .row(
                        KVM_CREATE_DEVICE,
                        ENOTTY,
                        "this kernel's KVM has no device control API",
                        "use a kernel with KVM_CAP_DEVICE_CTRL")
                .row((Step) null, EIO, otherProcess, useInOne)
                .row((Step) null, EFAULT, "the address of the value is not mapped", "keep the value reachable");
        for (Step step : List.of(KVM_SET_DEVICE_ATTR, KVM_GET_DEVICE_ATTR, KVM_HAS_DEVICE_ATTR)) {
            table.row(step, ENXIO, "there is no such group or attribute, or none that goes this way", PROBE)
                    .row(step, EPERM, "no attribute of it goes this way, now or ever", PROBE)
                    .row(step, ENOTTY, "the descriptor has no attributes", "use one of a device")
                    .row(step, EINVAL, "the value, or a field of the attribute's number, is not valid", PROBE);
        }
    }

    private static void addVfio(DeviceExplanations.Table table) {
        table.row(VFIO, KVM_CREATE_DEVICE, EBUSY, "the VM has a VFIO device already", "use the one that it has")
                .row(
                        VFIO,
                        KVM_CREATE_DEVICE,
                        ENODEV,
                        "this kernel's KVM has no VFIO device",
                        "use a kernel with CONFIG_KVM_VFIO")
                .row(VFIO, KVM_GET_DEVICE_ATTR, EPERM, "nothing of a VFIO device can be got", "only set it")
                .row(
                        List.of(VFIO),
                        KvmFlags.KVM_DEV_VFIO_GROUP,
                        EBADF,
                        "the descriptor is not open",
                        "keep the group or device open")
                .row(
                        List.of(VFIO),
                        KvmFlags.KVM_DEV_VFIO_GROUP,
                        EINVAL,
                        "the descriptor is not of a VFIO group, or of a device before Linux 6.6, or VFIO is not loaded",
                        "add the group's descriptor")
                .row(
                        List.of(VFIO),
                        KvmFlags.KVM_DEV_VFIO_GROUP,
                        EEXIST,
                        "the group or device was added already",
                        "add it once")
                .row(
                        List.of(VFIO),
                        KvmFlags.KVM_DEV_VFIO_GROUP,
                        ENOENT,
                        "the group or device was not added, or through a descriptor of another open",
                        "remove only what was added");
    }

    private static void addVcpu(DeviceExplanations.Table table) {
        int pmu = ArmAttributes.KVM_ARM_VCPU_PMU_V3_CTRL;
        int timer = ArmAttributes.KVM_ARM_VCPU_TIMER_CTRL;
        int time = ArmAttributes.KVM_ARM_VCPU_PVTIME_CTRL;
        String noGic = "the VM has no interrupt controller, or the interrupt is of the wrong kind";
        table.row(
                        List.of(VCPU),
                        pmu,
                        ENODEV,
                        "the vCPU has no performance monitor, or the interrupt controller is not initialized",
                        "initialize the vCPU with KVM_ARM_VCPU_PMU_V3, and the interrupt controller first")
                .row(
                        List.of(VCPU),
                        pmu,
                        EBUSY,
                        "it is set already, or a vCPU has run",
                        "set it once, before the first run")
                .row(List.of(VCPU), pmu, EINVAL, noGic, "create the GIC first; PPIs are 16 to 31, SPIs from 32")
                .row(List.of(VCPU), timer, EINVAL, noGic, "create the GIC first; PPIs are 16 to 31")
                .row(List.of(VCPU), timer, EBUSY, "a vCPU has run", "set the timers' interrupts before the first run")
                .row(List.of(VCPU), time, EEXIST, "the address is set already", "set it once for each vCPU")
                .row(
                        List.of(VCPU),
                        time,
                        EINVAL,
                        "the address is not a multiple of 64, or not in the guest's memory",
                        "add the memory slot first, and align the address");
    }
}
