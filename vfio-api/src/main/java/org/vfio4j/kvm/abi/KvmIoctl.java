// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The ioctl numbers of KVM that are the same on every architecture. */
@Uapi(header = "linux/kvm.h")
public final class KvmIoctl {
    /** KVM: the version of the API, {@link KvmFlags#KVM_API_VERSION}. */
    public static final int KVM_GET_API_VERSION = 0xae00;

    /** KVM: a VM of a type that is given as a number. */
    public static final int KVM_CREATE_VM = 0xae01;

    /** KVM and VM: whether a capability, given as a number, is there, or how much of it. */
    public static final int KVM_CHECK_EXTENSION = 0xae03;

    /** KVM: bytes of a VCPU's shared memory. */
    public static final int KVM_GET_VCPU_MMAP_SIZE = 0xae04;

    /** VM: a VCPU of an id that is given as a number. */
    public static final int KVM_CREATE_VCPU = 0xae41;

    /** VM: {@link UserspaceMemoryRegionLayout}. */
    public static final int KVM_SET_USER_MEMORY_REGION = 0x4020ae46;

    /** VM: the interrupt controller of the machine; no argument. */
    public static final int KVM_CREATE_IRQCHIP = 0xae60;

    /** VM: {@link IrqLevelLayout}. */
    public static final int KVM_IRQ_LINE = 0x4008ae61;

    /** VM: {@link IrqRoutingLayout}. */
    public static final int KVM_SET_GSI_ROUTING = 0x4008ae6a;

    /** VM: {@link IrqfdLayout}. */
    public static final int KVM_IRQFD = 0x4020ae76;

    /** VM: {@link IoeventfdLayout}. */
    public static final int KVM_IOEVENTFD = 0x4040ae79;

    /** VCPU: runs it; no argument. */
    public static final int KVM_RUN = 0xae80;

    /** VCPU: {@link SignalMaskLayout}. */
    public static final int KVM_SET_SIGNAL_MASK = 0x4004ae8b;

    /** VM and VCPU: {@link EnableCapLayout}. */
    public static final int KVM_ENABLE_CAP = 0x4068aea3;

    /** VM: {@link MsiLayout}. */
    public static final int KVM_SIGNAL_MSI = 0x4020aea5;

    /** VCPU: {@link OneRegLayout}. */
    public static final int KVM_GET_ONE_REG = 0x4010aeab;

    /** VCPU: {@link OneRegLayout}. */
    public static final int KVM_SET_ONE_REG = 0x4010aeac;

    /** VM: {@link CreateDeviceLayout}. */
    public static final int KVM_CREATE_DEVICE = 0xc00caee0;

    /** Device: {@link DeviceAttrLayout}. */
    public static final int KVM_SET_DEVICE_ATTR = 0x4018aee1;

    /** Device: {@link DeviceAttrLayout}; the value goes to its address. */
    public static final int KVM_GET_DEVICE_ATTR = 0x4018aee2;

    /** Device: {@link DeviceAttrLayout}. */
    public static final int KVM_HAS_DEVICE_ATTR = 0x4018aee3;

    private KvmIoctl() {}
}
