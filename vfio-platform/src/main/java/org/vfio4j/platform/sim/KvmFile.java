// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.Errno;

/** /dev/kvm, opened: kvm_dev_ioctl, of an arm64 machine. */
final class KvmFile extends OpenFile {
    /** struct kvm_run, and the ring of coalesced writes. */
    private static final int SHARED_PAGES = 2;

    private final Kernel kernel;

    KvmFile(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Bytes of the memory that a vCPU shares. */
    static int sharedSize(Kernel kernel) {
        return SHARED_PAGES * kernel.config().pageSize();
    }

    @Override
    String description() {
        return "/dev/kvm";
    }

    @Override
    OpenFile reopen(Kernel opener) {
        return new KvmFile(opener);
    }

    @Override
    int ioctl(int request, IoctlArgument argument) {
        switch (request) {
            case KvmIoctl.KVM_GET_API_VERSION -> {
                KernelError.requireValid(argument.value() == 0);
                return KvmFlags.KVM_API_VERSION;
            }
            case KvmIoctl.KVM_CHECK_EXTENSION -> {
                return kernel.kvmHost().check(argument.value(), null);
            }
            case KvmIoctl.KVM_GET_VCPU_MMAP_SIZE -> {
                KernelError.requireValid(argument.value() == 0);
                return sharedSize(kernel);
            }
            case KvmIoctl.KVM_CREATE_VM -> {
                // Linux takes the descriptor before it makes the VM.
                kernel.files().lowestFree();
                return kernel.files().install(new GuestVmFile(new GuestVm(kernel.kvmHost(), argument.value()), kernel));
            }
            // kvm_arch_dev_ioctl of arm64: KVM itself has no attributes there.
            default -> throw new KernelError(Errno.EINVAL);
        }
    }
}
