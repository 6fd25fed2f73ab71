// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The flag bits, device types, capabilities and exit reasons of KVM that the framework uses. */
@Uapi(header = "linux/kvm.h")
public final class KvmFlags {
    /** What {@link KvmIoctl#KVM_GET_API_VERSION} answers. */
    public static final int KVM_API_VERSION = 12;

    /** Memory: dirty pages are logged. */
    public static final int KVM_MEM_LOG_DIRTY_PAGES = 1;

    /** Memory: a write of the guest is an MMIO exit. */
    public static final int KVM_MEM_READONLY = 2;

    /** IRQFD: take it away. */
    public static final int KVM_IRQFD_FLAG_DEASSIGN = 1;

    /** IRQFD: level-triggered; the resample eventfd is valid. */
    public static final int KVM_IRQFD_FLAG_RESAMPLE = 2;

    /** IOEVENTFD: only for writes of the value. */
    public static final int KVM_IOEVENTFD_FLAG_DATAMATCH = 1;

    /** IOEVENTFD: an I/O port. */
    public static final int KVM_IOEVENTFD_FLAG_PIO = 2;

    /** IOEVENTFD: take it away. */
    public static final int KVM_IOEVENTFD_FLAG_DEASSIGN = 4;

    /** CREATE_DEVICE: only ask whether the type is supported. */
    public static final int KVM_CREATE_DEVICE_TEST = 1;

    /** Device type. */
    public static final int KVM_DEV_TYPE_FSL_MPIC_20 = 1;

    /** Device type. */
    public static final int KVM_DEV_TYPE_FSL_MPIC_42 = 2;

    /** Device type. */
    public static final int KVM_DEV_TYPE_XICS = 3;

    /** Device type: what tells KVM of VFIO's groups and devices. */
    public static final int KVM_DEV_TYPE_VFIO = 4;

    /** Device type: GICv2. */
    public static final int KVM_DEV_TYPE_ARM_VGIC_V2 = 5;

    /** Device type. */
    public static final int KVM_DEV_TYPE_FLIC = 6;

    /** Device type: GICv3. */
    public static final int KVM_DEV_TYPE_ARM_VGIC_V3 = 7;

    /** Device type: the ITS of a GICv3. */
    public static final int KVM_DEV_TYPE_ARM_VGIC_ITS = 8;

    /** Device type. */
    public static final int KVM_DEV_TYPE_XIVE = 9;

    /** Device type. */
    public static final int KVM_DEV_TYPE_ARM_PV_TIME = 10;

    /** Device type: AIA of RISC-V. */
    public static final int KVM_DEV_TYPE_RISCV_AIA = 11;

    /** Attribute group of the VFIO device: groups. Since Linux 6.6 also called {@code KVM_DEV_VFIO_FILE}. */
    public static final int KVM_DEV_VFIO_GROUP = 1;

    /** Attribute: the address holds the s32 descriptor of a group, since Linux 6.6 also of a device. */
    public static final int KVM_DEV_VFIO_GROUP_ADD = 1;

    /** Attribute: takes one away. */
    public static final int KVM_DEV_VFIO_GROUP_DEL = 2;

    /** Capability. */
    public static final int KVM_CAP_IRQCHIP = 0;

    /** Capability. */
    public static final int KVM_CAP_USER_MEMORY = 3;

    /** Capability: how many VCPUs are recommended. */
    public static final int KVM_CAP_NR_VCPUS = 9;

    /** Capability: how many memory slots there are. */
    public static final int KVM_CAP_NR_MEMSLOTS = 10;

    /** Capability. */
    public static final int KVM_CAP_IRQ_ROUTING = 25;

    /** Capability. */
    public static final int KVM_CAP_IRQFD = 32;

    /** Capability. */
    public static final int KVM_CAP_IOEVENTFD = 36;

    /** Capability: how many VCPUs a VM can have. */
    public static final int KVM_CAP_MAX_VCPUS = 66;

    /** Capability. */
    public static final int KVM_CAP_ONE_REG = 70;

    /** Capability. */
    public static final int KVM_CAP_READONLY_MEM = 81;

    /** Capability. */
    public static final int KVM_CAP_IRQFD_RESAMPLE = 82;

    /** Capability: the device control API. */
    public static final int KVM_CAP_DEVICE_CTRL = 89;

    /** Capability: attributes of a VM. */
    public static final int KVM_CAP_VM_ATTRIBUTES = 101;

    /** Capability. */
    public static final int KVM_CAP_IOEVENTFD_ANY_LENGTH = 122;

    /** Capability: attributes of a VCPU. */
    public static final int KVM_CAP_VCPU_ATTRIBUTES = 127;

    /** Capability. */
    public static final int KVM_CAP_IMMEDIATE_EXIT = 136;

    /** Capability: bits of a guest's physical address. */
    public static final int KVM_CAP_ARM_VM_IPA_SIZE = 165;

    /** Capability: undecoded accesses of an arm64 guest exit to user space. */
    public static final int KVM_CAP_ARM_NISV_TO_USER = 177;

    /** Capability: attributes of KVM itself. */
    public static final int KVM_CAP_SYS_ATTRIBUTES = 209;

    /** Capability: reads of an MSI's device id. */
    public static final int KVM_CAP_MSI_DEVID = 131;

    /** Capability. */
    public static final int KVM_CAP_SIGNAL_MSI = 77;

    /** Capability: PSCI 0.2 and later by KVM. */
    public static final int KVM_CAP_ARM_PSCI_0_2 = 102;

    /** Capability: data with a system event, since Linux 5.19. */
    public static final int KVM_CAP_SYSTEM_EVENT_DATA = 215;

    /** Routing: to a line of the interrupt controller. */
    public static final int KVM_IRQ_ROUTING_IRQCHIP = 1;

    /** Routing: an MSI. */
    public static final int KVM_IRQ_ROUTING_MSI = 2;

    /** MSI: the device's id is valid. */
    public static final int KVM_MSI_VALID_DEVID = 1;

    /** I/O exit: the guest reads. */
    public static final int KVM_EXIT_IO_IN = 0;

    /** I/O exit: the guest writes. */
    public static final int KVM_EXIT_IO_OUT = 1;

    /** System event: power off. */
    public static final int KVM_SYSTEM_EVENT_SHUTDOWN = 1;

    /** System event: reset. */
    public static final int KVM_SYSTEM_EVENT_RESET = 2;

    /** System event: the guest crashed. */
    public static final int KVM_SYSTEM_EVENT_CRASH = 3;

    /** Internal error: an instruction that KVM does not emulate. */
    public static final int KVM_INTERNAL_ERROR_EMULATION = 1;

    /** Register id: where the size is, 1 shifted by it is the bytes. */
    public static final int KVM_REG_SIZE_SHIFT = 52;

    /** Exit: KVM has no word for it. */
    public static final int KVM_EXIT_UNKNOWN = 0;

    /** Exit: a debug event. */
    public static final int KVM_EXIT_DEBUG = 4;

    /** Exit: an I/O port. */
    public static final int KVM_EXIT_IO = 2;

    /** Exit: the guest halted. */
    public static final int KVM_EXIT_HLT = 5;

    /** Exit: an access where there is no memory. */
    public static final int KVM_EXIT_MMIO = 6;

    /** Exit: the guest shut down. */
    public static final int KVM_EXIT_SHUTDOWN = 8;

    /** Exit: the guest could not be entered. */
    public static final int KVM_EXIT_FAIL_ENTRY = 9;

    /** Exit: a signal. */
    public static final int KVM_EXIT_INTR = 10;

    /** Exit: KVM gave up. */
    public static final int KVM_EXIT_INTERNAL_ERROR = 17;

    /** Exit: the guest asked for power off or reset. */
    public static final int KVM_EXIT_SYSTEM_EVENT = 24;

    /** Exit: an access of an arm64 guest without a decoded instruction. */
    public static final int KVM_EXIT_ARM_NISV = 28;

    private KvmFlags() {}
}
