// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_CTRL_INIT;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_ADDR;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CPU_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CTRL;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_NR_IRQS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_REDIST_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_LINE_LEVEL_INFO_SHIFT;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_LINE_LEVEL_INTID_MASK;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES;

import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.vfio4j.linux.Errno;

/** The device file of a GICv2 or GICv3: {@code vgic-kvm-device.c}. Closing it leaves the GIC with the VM. */
final class VgicFile extends KvmDeviceFile {
    private static final int CPUID_MASK = 0xff;
    private static final long OFFSET_MASK = 0xffff_ffffL;
    private static final int INSTRUCTION_MASK = 0xffff;
    private static final int LEVEL_INFO_MASK = 0x3f_ffff;

    private final Vgic vgic;

    VgicFile(GuestVm vm, LongFunction<UserBuffer> memory) {
        super(vm, memory);
        this.vgic = vm.vgic();
    }

    @Override
    String description() {
        return vgic.isV3() ? "anon_inode:kvm-arm-vgic-v3" : "anon_inode:kvm-arm-vgic-v2";
    }

    /** Whether a group is of registers that the GIC of this version has. */
    private boolean isRegisters(int group) {
        return switch (group) {
            case KVM_DEV_ARM_VGIC_GRP_DIST_REGS -> true;
            case KVM_DEV_ARM_VGIC_GRP_CPU_REGS -> !vgic.isV3();
            case KVM_DEV_ARM_VGIC_GRP_REDIST_REGS, KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS, KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO ->
                vgic.isV3();
            default -> false;
        };
    }

    @Override
    void has(Attribute attribute) {
        if (isRegisters(attribute.group())) {
            hasRegister(attribute);
            return;
        }
        switch (attribute.group()) {
            case KVM_DEV_ARM_VGIC_GRP_ADDR -> VgicAddresses.require(vgic, attribute.number());
            case KVM_DEV_ARM_VGIC_GRP_NR_IRQS -> {}
            case KVM_DEV_ARM_VGIC_GRP_CTRL -> requireCommand(attribute.number());
            default -> throw unknown();
        }
    }

    private void requireCommand(long number) {
        if (number != KVM_DEV_ARM_VGIC_CTRL_INIT && !(vgic.isV3() && number == KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES)) {
            throw unknown();
        }
    }

    private void hasRegister(Attribute attribute) {
        if (attribute.group() == KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO) {
            KernelError.require(isLevels(attribute.number()), Errno.ENXIO);
            return;
        }
        vcpuOf(attribute);
        if (attribute.group() == KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS) {
            vgic.registers().requireSystemRegister((int) attribute.number() & INSTRUCTION_MASK, Errno.ENXIO);
        } else {
            vgic.registers().require(attribute.group(), attribute.number() & OFFSET_MASK);
        }
    }

    private static boolean isLevels(long number) {
        return (number >> KVM_DEV_ARM_VGIC_LINE_LEVEL_INFO_SHIFT & LEVEL_INFO_MASK) == 0;
    }

    /** vgic_v3_parse_attr and vgic_v2_parse_attr: EINVAL if there is no such vCPU. */
    private GuestVcpu vcpuOf(Attribute attribute) {
        int field = (int) (attribute.number() >>> 32);
        if (!vgic.isV3()) {
            return vcpu(candidate -> candidate.id() == (field & CPUID_MASK));
        }
        if (attribute.group() == KVM_DEV_ARM_VGIC_GRP_DIST_REGS) {
            return vcpu(candidate -> true);
        }
        return vcpu(candidate -> candidate.affinity() == field);
    }

    private GuestVcpu vcpu(Predicate<GuestVcpu> wanted) {
        return vm().vcpus().stream().filter(wanted).findFirst().orElseThrow(() -> new KernelError(Errno.EINVAL));
    }

    @Override
    void set(Attribute attribute) {
        if (isRegisters(attribute.group())) {
            accessRegister(attribute, true);
            return;
        }
        switch (attribute.group()) {
            case KVM_DEV_ARM_VGIC_GRP_ADDR -> VgicAddresses.set(vgic, attribute);
            case KVM_DEV_ARM_VGIC_GRP_NR_IRQS -> vgic.setIrqs(attribute.value().getInt(0));
            case KVM_DEV_ARM_VGIC_GRP_CTRL -> {
                requireCommand(attribute.number());
                if (attribute.number() == KVM_DEV_ARM_VGIC_CTRL_INIT) {
                    vgic.initialize();
                }
            }
            default -> throw unknown();
        }
    }

    @Override
    void get(Attribute attribute) {
        if (isRegisters(attribute.group())) {
            accessRegister(attribute, false);
            return;
        }
        switch (attribute.group()) {
            case KVM_DEV_ARM_VGIC_GRP_ADDR -> VgicAddresses.get(vgic, attribute);
            case KVM_DEV_ARM_VGIC_GRP_NR_IRQS -> attribute.value().putInt(0, vgic.irqs());
            default -> throw unknown();
        }
    }

    private void accessRegister(Attribute attribute, boolean write) {
        GuestVcpu vcpu = vcpuOf(attribute);
        int group = attribute.group();
        if (write && group != KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS) {
            attribute.value().require(Integer.BYTES);
        }
        if (vgic.isV3()) {
            KernelError.require(vgic.isInitialized(), Errno.EBUSY);
        } else {
            vgic.initialize();
        }
        switch (group) {
            case KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS -> accessSystemRegister(attribute, vcpu, write);
            case KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO -> accessLevels(attribute, vcpu, write);
            default -> accessWord(attribute, vcpu, write);
        }
    }

    private void accessWord(Attribute attribute, GuestVcpu vcpu, boolean write) {
        long offset = attribute.number() & OFFSET_MASK;
        if (write) {
            vgic.registers()
                    .set(attribute.group(), vcpu, offset, attribute.value().getInt(0));
        } else {
            attribute.value().putInt(0, vgic.registers().get(attribute.group(), vcpu, offset));
        }
    }

    private void accessSystemRegister(Attribute attribute, GuestVcpu vcpu, boolean write) {
        int encoding = (int) attribute.number() & INSTRUCTION_MASK;
        if (write) {
            attribute.value().require(Long.BYTES);
            vgic.registers().setSystemRegister(vcpu, encoding, attribute.value().getLong(0));
        } else {
            attribute.value().putLong(0, vgic.registers().getSystemRegister(vcpu, encoding));
        }
    }

    private void accessLevels(Attribute attribute, GuestVcpu vcpu, boolean write) {
        int first = (int) attribute.number() & KVM_DEV_ARM_VGIC_LINE_LEVEL_INTID_MASK;
        KernelError.requireValid(isLevels(attribute.number()) && first % 32 == 0);
        if (write) {
            vgic.registers().setLevels(vcpu, first, attribute.value().getInt(0));
        } else {
            attribute.value().putInt(0, vgic.registers().getLevels(vcpu, first));
        }
    }
}
