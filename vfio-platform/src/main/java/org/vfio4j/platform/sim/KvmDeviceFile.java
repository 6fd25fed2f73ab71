// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.function.LongFunction;
import org.vfio4j.kvm.abi.DeviceAttrLayout;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.Errno;

/** A device of a VM, opened: kvm_device_ioctl of {@code virt/kvm/kvm_main.c}. The flags of an attribute are not looked at. */
abstract class KvmDeviceFile extends OpenFile {
    private final GuestVm vm;
    private final LongFunction<UserBuffer> memory;

    KvmDeviceFile(GuestVm vm, LongFunction<UserBuffer> memory) {
        this.vm = vm;
        this.memory = memory;
    }

    GuestVm vm() {
        return vm;
    }

    /** What is at the address that goes with an attribute. */
    record Attribute(int group, long number, UserBuffer value) {
        static Attribute of(UserBuffer struct, LongFunction<UserBuffer> memory) {
            struct.require(DeviceAttrLayout.SIZE);
            return new Attribute(
                    struct.getInt(DeviceAttrLayout.GROUP),
                    struct.getLong(DeviceAttrLayout.ATTR),
                    memory.apply(struct.getLong(DeviceAttrLayout.ADDR)));
        }
    }

    @Override
    final int ioctl(int request, IoctlArgument argument) {
        vm.requireAlive();
        switch (request) {
            case KvmIoctl.KVM_SET_DEVICE_ATTR -> set(Attribute.of(argument.memory(), memory));
            case KvmIoctl.KVM_GET_DEVICE_ATTR -> {
                KernelError.require(canGet(), Errno.EPERM);
                get(Attribute.of(argument.memory(), memory));
            }
            case KvmIoctl.KVM_HAS_DEVICE_ATTR -> has(Attribute.of(argument.memory(), memory));
            default -> throw new KernelError(Errno.ENOTTY);
        }
        return 0;
    }

    /** Whether the device has get_attr at all. */
    boolean canGet() {
        return true;
    }

    abstract void set(Attribute attribute);

    abstract void get(Attribute attribute);

    /** Refuses with ENXIO, or another error, what is not there. */
    abstract void has(Attribute attribute);

    /** Always throws ENXIO, as a value of any type. */
    static KernelError unknown() {
        return new KernelError(Errno.ENXIO);
    }
}
