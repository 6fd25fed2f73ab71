// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.vfio4j.kvm.abi.ArmAttributes.KVM_ARM_VCPU_PVTIME_CTRL;
import static org.vfio4j.kvm.abi.ArmAttributes.KVM_ARM_VCPU_PVTIME_IPA;
import static org.vfio4j.kvm.abi.ArmAttributes.KVM_ARM_VCPU_TIMER_CTRL;
import static org.vfio4j.kvm.abi.ArmAttributes.KVM_ARM_VCPU_TIMER_IRQ_HPTIMER;

import org.vfio4j.linux.Errno;
import org.vfio4j.platform.sim.KvmDeviceFile.Attribute;

/**
 * The attributes of a vCPU of arm64: {@code arch_timer.c} and {@code pvtime.c}. There are none of a performance monitor, as
 * in a kernel without CONFIG_HW_PERF_EVENTS.
 */
final class VcpuAttributes {
    private static final int FIRST_PPI = 16;
    private static final int STOLEN_TIME_ALIGNMENT = 64;

    private VcpuAttributes() {}

    static void has(Attribute attribute) {
        switch (attribute.group()) {
            case KVM_ARM_VCPU_TIMER_CTRL -> requireTimer(attribute);
            case KVM_ARM_VCPU_PVTIME_CTRL -> requireStolenTime(attribute);
            default -> throw KvmDeviceFile.unknown();
        }
    }

    static void set(GuestVcpu vcpu, Attribute attribute) {
        switch (attribute.group()) {
            case KVM_ARM_VCPU_TIMER_CTRL -> setTimer(vcpu, attribute);
            case KVM_ARM_VCPU_PVTIME_CTRL -> setStolenTime(vcpu, attribute);
            default -> throw KvmDeviceFile.unknown();
        }
    }

    static void get(GuestVcpu vcpu, Attribute attribute) {
        switch (attribute.group()) {
            case KVM_ARM_VCPU_TIMER_CTRL -> {
                requireTimer(attribute);
                attribute.value().putInt(0, vcpu.vm().timerIrqs()[(int) attribute.number()]);
            }
            case KVM_ARM_VCPU_PVTIME_CTRL -> {
                requireStolenTime(attribute);
                attribute.value().putLong(0, vcpu.stolenTime());
            }
            default -> throw KvmDeviceFile.unknown();
        }
    }

    private static void requireTimer(Attribute attribute) {
        KernelError.require(
                attribute.number() >= 0 && attribute.number() <= KVM_ARM_VCPU_TIMER_IRQ_HPTIMER, Errno.ENXIO);
    }

    private static void setTimer(GuestVcpu vcpu, Attribute attribute) {
        KernelError.requireValid(vcpu.vm().vgic() != null);
        int irq = attribute.value().getInt(0);
        KernelError.requireValid(irq >= FIRST_PPI && irq < Vgic.PRIVATE_IRQS);
        KernelError.require(!vcpu.vm().hasRun(), Errno.EBUSY);
        requireTimer(attribute);
        vcpu.vm().timerIrqs()[(int) attribute.number()] = irq;
    }

    private static void requireStolenTime(Attribute attribute) {
        KernelError.require(attribute.number() == KVM_ARM_VCPU_PVTIME_IPA, Errno.ENXIO);
    }

    private static void setStolenTime(GuestVcpu vcpu, Attribute attribute) {
        requireStolenTime(attribute);
        long address = attribute.value().getLong(0);
        KernelError.requireValid(address % STOLEN_TIME_ALIGNMENT == 0);
        KernelError.require(vcpu.stolenTime() == GuestVcpu.NOWHERE, Errno.EEXIST);
        KernelError.requireValid(vcpu.vm().isMemory(address));
        vcpu.setStolenTime(address);
    }
}
