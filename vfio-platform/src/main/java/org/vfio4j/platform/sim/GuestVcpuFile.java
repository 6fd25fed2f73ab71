// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.util.function.LongFunction;
import org.vfio4j.kvm.abi.ArmIoctl;
import org.vfio4j.kvm.abi.ArmVcpuInitLayout;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.sim.KvmDeviceFile.Attribute;

/**
 * A vCPU's file: kvm_vcpu_ioctl and kvm_arch_vcpu_ioctl of arm64. It is configured and never runs: what Linux checks before
 * the first run is checked, and then KVM_RUN is ENOSYS, as here is no processor.
 */
final class GuestVcpuFile extends OpenFile {
    private static final int GENERIC_V8 = 5;
    private static final int FEATURE_WORDS = 7;
    private static final int SUPPORTED_FEATURES =
            1 << ArmIoctl.KVM_ARM_VCPU_POWER_OFF | 1 << ArmIoctl.KVM_ARM_VCPU_PSCI_0_2;

    /** KVM_VCPU_MAX_FEATURES of Linux 6.12. */
    private static final int KNOWN_FEATURES = 0xff;

    private final GuestVcpu vcpu;
    private final LongFunction<UserBuffer> memory;
    private final int sharedSize;

    GuestVcpuFile(GuestVcpu vcpu, LongFunction<UserBuffer> memory, int sharedSize) {
        this.vcpu = vcpu;
        this.memory = memory;
        this.sharedSize = sharedSize;
    }

    @Override
    String description() {
        return "anon_inode:kvm-vcpu:" + vcpu.id();
    }

    @Override
    ByteBuffer mmap(long length, int protection, boolean shared, long offset) {
        KernelError.requireValid(offset == 0 && length <= sharedSize);
        return ByteBuffer.allocateDirect(sharedSize);
    }

    @Override
    int ioctl(int request, IoctlArgument argument) {
        vcpu.vm().requireAlive();
        switch (request) {
            case KvmIoctl.KVM_RUN -> run(argument.value());
            case ArmIoctl.KVM_ARM_VCPU_INIT -> initialize(argument.memory());
            case KvmIoctl.KVM_SET_DEVICE_ATTR -> VcpuAttributes.set(vcpu, Attribute.of(argument.memory(), memory));
            case KvmIoctl.KVM_GET_DEVICE_ATTR -> VcpuAttributes.get(vcpu, Attribute.of(argument.memory(), memory));
            case KvmIoctl.KVM_HAS_DEVICE_ATTR -> VcpuAttributes.has(Attribute.of(argument.memory(), memory));
            case KvmIoctl.KVM_GET_ONE_REG, KvmIoctl.KVM_SET_ONE_REG -> {
                KernelError.require(vcpu.isInitialized(), Errno.ENOEXEC);
                throw new KernelError(Errno.ENOSYS);
            }
            default -> throw new KernelError(Errno.EINVAL);
        }
        return 0;
    }

    private void run(long argument) {
        KernelError.requireValid(argument == 0);
        KernelError.require(vcpu.isInitialized(), Errno.ENOEXEC);
        if (!vcpu.hasRun()) {
            vcpu.vm().firstRun();
            vcpu.setRan();
        }
        throw new KernelError(Errno.ENOSYS);
    }

    /** kvm_vcpu_init_check_features, for a processor without what is optional. */
    private void initialize(UserBuffer init) {
        init.require(ArmVcpuInitLayout.SIZE);
        KernelError.requireValid(init.getInt(ArmVcpuInitLayout.TARGET) == GENERIC_V8);
        int features = init.getInt(ArmVcpuInitLayout.FEATURES);
        KernelError.require((features & ~KNOWN_FEATURES) == 0, Errno.ENOENT);
        for (int i = 1; i < FEATURE_WORDS; i++) {
            KernelError.require(init.getInt(ArmVcpuInitLayout.FEATURES + i * Integer.BYTES) == 0, Errno.ENOENT);
        }
        KernelError.requireValid((features & ~SUPPORTED_FEATURES) == 0);
        vcpu.initialize();
    }
}
