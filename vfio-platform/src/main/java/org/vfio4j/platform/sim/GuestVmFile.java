// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.kvm.abi.ArmAttributes;
import org.vfio4j.kvm.abi.ArmIoctl;
import org.vfio4j.kvm.abi.ArmVcpuInitLayout;
import org.vfio4j.kvm.abi.CreateDeviceLayout;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.kvm.abi.UserspaceMemoryRegionLayout;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.sim.KvmDeviceFile.Attribute;

/**
 * A VM's file: kvm_vm_ioctl, and kvm_arch_vm_ioctl of arm64. It has vCPUs, memory, devices and attributes; as nothing
 * runs, it has no irqfds, ioeventfds and routes, which are ENOSYS.
 */
final class GuestVmFile extends OpenFile {
    private static final int GENERIC_V8 = 5;

    private final GuestVm vm;
    private final Kernel kernel;

    GuestVmFile(GuestVm vm, Kernel kernel) {
        this.vm = vm;
        this.kernel = kernel;
    }

    @Override
    String description() {
        return "anon_inode:kvm-vm";
    }

    @Override
    int ioctl(int request, IoctlArgument argument) {
        vm.requireAlive();
        switch (request) {
            case KvmIoctl.KVM_CREATE_VCPU -> {
                return createVcpu(argument.value());
            }
            case KvmIoctl.KVM_CHECK_EXTENSION -> {
                return vm.host().check(argument.value(), vm);
            }
            case KvmIoctl.KVM_CREATE_DEVICE -> createDevice(argument.memory());
            case KvmIoctl.KVM_CREATE_IRQCHIP -> {
                KernelError.require(vm.host().hasGic(), Errno.ENXIO);
                KernelError.require(vm.host().gicV2(), Errno.ENODEV);
                vm.createVgic(KvmFlags.KVM_DEV_TYPE_ARM_VGIC_V2);
            }
            case KvmIoctl.KVM_SET_USER_MEMORY_REGION -> setMemory(argument.memory());
            case ArmIoctl.KVM_ARM_PREFERRED_TARGET -> {
                argument.memory().put(0, new byte[ArmVcpuInitLayout.SIZE]);
                argument.memory().putInt(ArmVcpuInitLayout.TARGET, GENERIC_V8);
            }
            case KvmIoctl.KVM_HAS_DEVICE_ATTR -> requireFilter(Attribute.of(argument.memory(), kernel.memory()::at));
            case KvmIoctl.KVM_SET_DEVICE_ATTR -> {
                Attribute attribute = Attribute.of(argument.memory(), kernel.memory()::at);
                requireFilter(attribute);
                vm.smcccFilter().set(attribute.value(), vm.hasRun());
            }
            case KvmIoctl.KVM_IRQFD,
                    KvmIoctl.KVM_IOEVENTFD,
                    KvmIoctl.KVM_IRQ_LINE,
                    KvmIoctl.KVM_SIGNAL_MSI,
                    KvmIoctl.KVM_SET_GSI_ROUTING -> throw new KernelError(Errno.ENOSYS);
            // An arm64 VM has attributes that can be set, and no KVM_GET_DEVICE_ATTR.
            default -> throw new KernelError(Errno.EINVAL);
        }
        return 0;
    }

    private int createVcpu(long id) {
        GuestVcpu vcpu = vm.createVcpu(id);
        return kernel.files().install(new GuestVcpuFile(vcpu, kernel.memory()::at, KvmFile.sharedSize(kernel)));
    }

    private void requireFilter(Attribute attribute) {
        KernelError.require(
                attribute.group() == ArmAttributes.KVM_ARM_VM_SMCCC_CTRL
                        && attribute.number() == ArmAttributes.KVM_ARM_VM_SMCCC_FILTER,
                Errno.ENXIO);
    }

    private void setMemory(UserBuffer region) {
        region.require(UserspaceMemoryRegionLayout.SIZE);
        int flags = region.getInt(UserspaceMemoryRegionLayout.FLAGS);
        KernelError.requireValid((flags & ~(KvmFlags.KVM_MEM_LOG_DIRTY_PAGES | KvmFlags.KVM_MEM_READONLY)) == 0);
        KernelError.requireValid(region.getLong(UserspaceMemoryRegionLayout.USERSPACE_ADDR)
                        % kernel.config().pageSize()
                == 0);
        vm.setMemory(
                region.getInt(UserspaceMemoryRegionLayout.SLOT),
                region.getLong(UserspaceMemoryRegionLayout.GUEST_PHYS_ADDR),
                region.getLong(UserspaceMemoryRegionLayout.MEMORY_SIZE),
                kernel.config().pageSize());
    }

    /** kvm_ioctl_create_device: all flags but TEST are ignored, and TEST leaves the descriptor alone. */
    private void createDevice(UserBuffer create) {
        create.require(CreateDeviceLayout.SIZE);
        int type = create.getInt(CreateDeviceLayout.TYPE);
        KernelError.require(vm.host().hasDeviceType(type), Errno.ENODEV);
        if ((create.getInt(CreateDeviceLayout.FLAGS) & KvmFlags.KVM_CREATE_DEVICE_TEST) != 0) {
            return;
        }
        KvmDeviceFile device = newDevice(type);
        try {
            create.putInt(CreateDeviceLayout.FD, kernel.files().install(device));
        } catch (KernelError noDescriptor) {
            device.letGo();
            throw noDescriptor;
        }
    }

    private KvmDeviceFile newDevice(int type) {
        switch (type) {
            case KvmFlags.KVM_DEV_TYPE_VFIO -> {
                vm.createVfio();
                return new KvmVfioFile(vm, kernel.memory()::at, kernel.files());
            }
            case KvmFlags.KVM_DEV_TYPE_ARM_VGIC_ITS -> {
                vm.itsCreated();
                return new VgicItsFile(vm, kernel.memory()::at);
            }
            default -> {
                vm.createVgic(type);
                return new VgicFile(vm, kernel.memory()::at);
            }
        }
    }
}
