// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.kvm.Vcpu;
import org.vfio4j.kvm.Vm;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.Errno;

/** KVM_RUN of a vCPU that is ready for it but for its interrupt controller. */
record KvmRun(Vm vm, Vcpu vcpu) {
    static KvmRun of(Vm vm) throws Exception {
        Vcpu vcpu = vm.createVcpu(0);
        vcpu.init();
        return new KvmRun(vm, vcpu);
    }

    /** What it fails with. */
    Errno run() {
        return Errno.of(-vcpu.descriptor().ioctl(KvmIoctl.KVM_RUN, 0));
    }
}
