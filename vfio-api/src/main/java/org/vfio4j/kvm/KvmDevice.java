// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import org.vfio4j.kvm.abi.CreateDeviceLayout;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/**
 * A device that KVM emulates, or that tells it something: KVM_CREATE_DEVICE. What it does is in its {@link #attributes};
 * {@link KvmVfio}, {@link VgicV2}, {@link VgicV3} and {@link VgicIts} are those of the types that they name.
 *
 * <p>The kernel keeps the VM as long as the device is open, so it can be used after the VM's object is closed. What
 * closing it does depends on the type: a VFIO device goes, and lets go of its groups; an interrupt controller stays with
 * the VM. Closing again does nothing, and closing while another thread makes a call lets that call end first.
 *
 * <p>Source: {@code Documentation/virt/kvm/api.rst} 4.79, {@code virt/kvm/kvm_main.c}.
 */
public final class KvmDevice implements AutoCloseable {
    private final KvmDeviceType type;
    private final FileDescriptor descriptor;
    private final KvmAttributes attributes;

    private KvmDevice(KvmDeviceType type, FileDescriptor descriptor, VmProgress progress) {
        this.type = type;
        this.descriptor = descriptor;
        this.attributes = new KvmAttributes(descriptor, type, progress);
    }

    /** Makes a device. KVM_CREATE_DEVICE_TEST is never set here, so a success has a descriptor. */
    static KvmDevice create(FileDescriptor vm, KvmDeviceType type, VmProgress progress)
            throws VfioException, KernelReplyException {
        ByteBuffer struct = struct(type.number(), 0).putInt(CreateDeviceLayout.FD, -1);
        int result = vm.ioctl(KvmIoctl.KVM_CREATE_DEVICE, struct);
        if (result < 0) {
            throw DeviceExplanations.exception(
                    Step.KVM_CREATE_DEVICE, type, type.label(), DeviceExplanations.NO_GROUP, -result);
        }
        int number = struct.getInt(CreateDeviceLayout.FD);
        if (number < 0) {
            throw new KernelReplyException(Step.KVM_CREATE_DEVICE, type.label(), "descriptor " + number);
        }
        return new KvmDevice(type, FileDescriptor.owning(vm.linux(), number, "KVM device " + type.label()), progress);
    }

    /**
     * Whether a VM's kernel has a type: KVM_CREATE_DEVICE_TEST. That makes no device, so nothing is closed: the
     * descriptor in the structure is whatever was there.
     */
    static boolean isSupported(FileDescriptor vm, int number) throws VfioException {
        int result = test(vm, number);
        if (result == -Errno.ENODEV.number()) {
            return false;
        }
        if (result < 0) {
            String label = KvmDeviceType.of(number).map(KvmDeviceType::label).orElse("type " + number);
            throw DeviceExplanations.exception(
                    Step.KVM_CREATE_DEVICE, null, label, DeviceExplanations.NO_GROUP, -result);
        }
        return true;
    }

    /** KVM_CREATE_DEVICE_TEST: 0, or {@code -errno}. */
    static int test(FileDescriptor vm, int number) {
        return vm.ioctl(KvmIoctl.KVM_CREATE_DEVICE, struct(number, KvmFlags.KVM_CREATE_DEVICE_TEST));
    }

    private static ByteBuffer struct(int type, int flags) {
        return Structs.allocate(CreateDeviceLayout.SIZE)
                .putInt(CreateDeviceLayout.TYPE, type)
                .putInt(CreateDeviceLayout.FLAGS, flags);
    }

    /** {@return the type} */
    public KvmDeviceType type() {
        return type;
    }

    /** This, if it is of a type. */
    KvmDevice require(KvmDeviceType expected) {
        if (type != expected) {
            throw new IllegalArgumentException("expected a device of " + expected + ", got one of " + type);
        }
        return this;
    }

    /** {@return what can be set, got and asked for} */
    public KvmAttributes attributes() {
        return attributes;
    }

    /** {@return the descriptor, for calls that this class does not make; it must not be closed} */
    public FileDescriptor descriptor() {
        return descriptor;
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return descriptor.isClosed();
    }

    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return descriptor.toString();
    }
}
