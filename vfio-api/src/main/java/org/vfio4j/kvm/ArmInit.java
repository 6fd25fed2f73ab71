// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import org.vfio4j.kvm.abi.ArmIoctl;
import org.vfio4j.kvm.abi.ArmVcpuInitLayout;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/** How a vCPU of arm64 becomes one. */
final class ArmInit {
    private ArmInit() {}

    static void init(FileDescriptor vm, FileDescriptor vcpu, ArmFeature... features) throws VfioException {
        ByteBuffer init = Structs.allocate(ArmVcpuInitLayout.SIZE);
        VfioException.check(
                Step.KVM_ARM_PREFERRED_TARGET, vm.name(), vm.ioctl(ArmIoctl.KVM_ARM_PREFERRED_TARGET, init));
        for (ArmFeature feature : features) {
            init.putInt(ArmVcpuInitLayout.FEATURES, init.getInt(ArmVcpuInitLayout.FEATURES) | 1 << feature.bit());
        }
        VfioException.check(Step.KVM_ARM_VCPU_INIT, vcpu.name(), vcpu.ioctl(ArmIoctl.KVM_ARM_VCPU_INIT, init));
    }
}
