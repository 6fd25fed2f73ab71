// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.OpenChildren;

/**
 * KVM itself, {@code /dev/kvm}: what it can do, and the door to VMs.
 *
 * <p>Closing it first closes the VMs that were created from it. Closing again does nothing. All methods are safe for use
 * by several threads; after {@code close()} they throw {@link IllegalStateException}.
 *
 * <p>Source: {@code linux/kvm.h}, {@code virt/kvm/kvm_main.c}.
 */
public final class Kvm implements AutoCloseable {
    /** The device node. */
    public static final String PATH = "/dev/kvm";

    private final FileDescriptor descriptor;
    private final KvmAttributes attributes;
    private final OpenChildren<Vm> vms = new OpenChildren<>(Vm::close);

    private Kvm(FileDescriptor descriptor) {
        this.descriptor = descriptor;
        this.attributes = new KvmAttributes(descriptor, KvmObject.SYSTEM, new VmProgress());
    }

    /**
     * Opens KVM.
     *
     * @param linux the kernel
     * @return KVM, without VMs
     * @throws VfioException if it cannot be opened
     * @throws KernelReplyException if the kernel speaks another version of the API than 12
     */
    public static Kvm open(LinuxSyscalls linux) throws VfioException, KernelReplyException {
        int fd = VfioException.check(
                Step.OPEN_KVM, PATH, linux.open(PATH, LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC));
        FileDescriptor descriptor = FileDescriptor.owning(linux, fd, PATH);
        boolean usable = false;
        try {
            int version = VfioException.check(
                    Step.KVM_GET_API_VERSION, PATH, descriptor.ioctl(KvmIoctl.KVM_GET_API_VERSION, 0));
            if (version != KvmFlags.KVM_API_VERSION) {
                throw new KernelReplyException(
                        Step.KVM_GET_API_VERSION,
                        PATH,
                        "version " + version + " of the API; only version " + KvmFlags.KVM_API_VERSION + " is known");
            }
            usable = true;
            return new Kvm(descriptor);
        } finally {
            if (!usable) {
                descriptor.close();
            }
        }
    }

    /**
     * Asks for a capability. A VM can have fewer, see {@link Vm#check}.
     *
     * @param capability which
     * @return 0 if it is not there, else 1 or how much of it there is
     * @throws VfioException if the kernel does not say
     */
    public int check(KvmCapability capability) throws VfioException {
        return check(descriptor, capability);
    }

    static int check(FileDescriptor descriptor, KvmCapability capability) throws VfioException {
        int result = descriptor.ioctl(KvmIoctl.KVM_CHECK_EXTENSION, capability.number());
        return VfioException.check(Step.KVM_CHECK_EXTENSION, capability.toString(), result);
    }

    /**
     * Creates a VM of the usual type: on arm64 with guest physical addresses of 40 bits.
     *
     * @return the VM, without memory and vCPUs
     * @throws VfioException if the kernel refuses
     * @throws KernelReplyException if the memory that a vCPU would share cannot be
     */
    public Vm createVm() throws VfioException, KernelReplyException {
        return createVm(0);
    }

    /**
     * Creates a VM of a type.
     *
     * @param type on arm64 the bits of a guest physical address, 32 to {@link KvmCapability#ARM_VM_IPA_SIZE}, or 0 for 40
     * @return the VM, without memory and vCPUs
     * @throws VfioException if the kernel refuses
     * @throws KernelReplyException if the memory that a vCPU would share cannot be
     */
    public Vm createVm(int type) throws VfioException, KernelReplyException {
        int shared = VfioException.check(
                Step.KVM_GET_VCPU_MMAP_SIZE, PATH, descriptor.ioctl(KvmIoctl.KVM_GET_VCPU_MMAP_SIZE, 0));
        if (shared < descriptor.linux().pageSize()) {
            throw new KernelReplyException(
                    Step.KVM_GET_VCPU_MMAP_SIZE, PATH, "a vCPU shares " + shared + " bytes, less than a page");
        }
        int fd = VfioException.check(Step.KVM_CREATE_VM, PATH, descriptor.ioctl(KvmIoctl.KVM_CREATE_VM, type));
        Vm vm = new Vm(FileDescriptor.owning(descriptor.linux(), fd, "VM"), shared, vms::remove);
        if (!vms.add(vm)) {
            vm.close();
            throw new IllegalStateException(PATH + " is closed");
        }
        return vm;
    }

    /**
     * Asks which types of devices and which attributes there are. No VM is changed by it: attributes are asked for in VMs
     * that are made for it and closed.
     *
     * @return the answers
     * @throws VfioException if a VM or device for it cannot be made
     * @throws KernelReplyException if a reply of the kernel's makes no sense
     */
    public ProbeMatrix probe() throws VfioException, KernelReplyException {
        return new KvmProbe(this, 0).run();
    }

    /** {@return the attributes of KVM itself, of which {@link KvmCapability#SYS_ATTRIBUTES} says whether there are any} */
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

    /** Closes the VMs and then KVM. Closing again does nothing. */
    @Override
    public void close() {
        try {
            vms.close();
        } finally {
            descriptor.close();
        }
    }
}
