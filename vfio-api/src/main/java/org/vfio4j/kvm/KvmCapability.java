// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.kvm.abi.KvmFlags;

/** What KVM or a VM can be asked for with {@code KVM_CHECK_EXTENSION}. */
public enum KvmCapability {
    /** KVM has an interrupt controller for the VM. On arm64 it is made as a device. */
    IRQCHIP(KvmFlags.KVM_CAP_IRQCHIP),
    /** Memory of this process can be a guest's. */
    USER_MEMORY(KvmFlags.KVM_CAP_USER_MEMORY),
    /** How many vCPUs of a VM are recommended. */
    NR_VCPUS(KvmFlags.KVM_CAP_NR_VCPUS),
    /** How many vCPUs a VM can have. */
    MAX_VCPUS(KvmFlags.KVM_CAP_MAX_VCPUS),
    /** How many memory slots a VM has. */
    NR_MEMSLOTS(KvmFlags.KVM_CAP_NR_MEMSLOTS),
    /** Interrupt lines can be routed; how many routes there can be. */
    IRQ_ROUTING(KvmFlags.KVM_CAP_IRQ_ROUTING),
    /** {@link IrqFd}. */
    IRQFD(KvmFlags.KVM_CAP_IRQFD),
    /** {@link IrqFd} of a level-triggered line. */
    IRQFD_RESAMPLE(KvmFlags.KVM_CAP_IRQFD_RESAMPLE),
    /** {@link IoEventFd}. */
    IOEVENTFD(KvmFlags.KVM_CAP_IOEVENTFD),
    /** {@link IoEventFd} for accesses of any width. */
    IOEVENTFD_ANY_LENGTH(KvmFlags.KVM_CAP_IOEVENTFD_ANY_LENGTH),
    /** {@link Vm#signalMsi}. */
    SIGNAL_MSI(KvmFlags.KVM_CAP_SIGNAL_MSI),
    /** An MSI carries the id of its device. */
    MSI_DEVID(KvmFlags.KVM_CAP_MSI_DEVID),
    /** Registers one by one. */
    ONE_REG(KvmFlags.KVM_CAP_ONE_REG),
    /** {@link MemoryFlag#READ_ONLY}. */
    READONLY_MEM(KvmFlags.KVM_CAP_READONLY_MEM),
    /** The device control API. */
    DEVICE_CTRL(KvmFlags.KVM_CAP_DEVICE_CTRL),
    /** Attributes of a VM. */
    VM_ATTRIBUTES(KvmFlags.KVM_CAP_VM_ATTRIBUTES),
    /** Attributes of a vCPU. */
    VCPU_ATTRIBUTES(KvmFlags.KVM_CAP_VCPU_ATTRIBUTES),
    /** Attributes of KVM itself. */
    SYS_ATTRIBUTES(KvmFlags.KVM_CAP_SYS_ATTRIBUTES),
    /** A vCPU can be told to return at once; {@link Vcpu#kick} needs it. */
    IMMEDIATE_EXIT(KvmFlags.KVM_CAP_IMMEDIATE_EXIT),
    /** arm64: bits of a guest's physical address, at most. */
    ARM_VM_IPA_SIZE(KvmFlags.KVM_CAP_ARM_VM_IPA_SIZE),
    /** arm64: KVM answers PSCI 0.2 and later. */
    ARM_PSCI_0_2(KvmFlags.KVM_CAP_ARM_PSCI_0_2),
    /** arm64: accesses that the processor does not decode are {@link ExitReason#ARM_NISV}. To be enabled for the VM. */
    ARM_NISV_TO_USER(KvmFlags.KVM_CAP_ARM_NISV_TO_USER),
    /** A {@link SystemEvent} has data, since Linux 5.19. */
    SYSTEM_EVENT_DATA(KvmFlags.KVM_CAP_SYSTEM_EVENT_DATA);

    private final int number;

    KvmCapability(int number) {
        this.number = number;
    }

    /** {@return the number, {@code KVM_CAP_} in {@code linux/kvm.h}} */
    public int number() {
        return number;
    }
}
