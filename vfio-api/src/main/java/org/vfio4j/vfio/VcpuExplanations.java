// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.linux.Errno.EAGAIN;
import static org.vfio4j.linux.Errno.EBUSY;
import static org.vfio4j.linux.Errno.EEXIST;
import static org.vfio4j.linux.Errno.EFAULT;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.EIO;
import static org.vfio4j.linux.Errno.ENODEV;
import static org.vfio4j.linux.Errno.ENOENT;
import static org.vfio4j.linux.Errno.ENOEXEC;
import static org.vfio4j.linux.Errno.ENOSYS;
import static org.vfio4j.linux.Errno.ENXIO;
import static org.vfio4j.linux.Errno.EPERM;
import static org.vfio4j.vfio.Step.BLOCK_SIGNAL;
import static org.vfio4j.vfio.Step.KVM_ARM_PREFERRED_TARGET;
import static org.vfio4j.vfio.Step.KVM_ARM_VCPU_INIT;
import static org.vfio4j.vfio.Step.KVM_CREATE_VCPU;
import static org.vfio4j.vfio.Step.KVM_GET_ONE_REG;
import static org.vfio4j.vfio.Step.KVM_RUN;
import static org.vfio4j.vfio.Step.KVM_SET_ONE_REG;
import static org.vfio4j.vfio.Step.KVM_SET_SREGS;

/** Errors of a vCPU: {@code virt/kvm/kvm_main.c}, {@code arch/x86/kvm/x86.c}, {@code arch/arm64/kvm/}. */
final class VcpuExplanations {
    private static final String INITIALIZE = "initialize each vCPU before it runs (KVM_ARM_VCPU_INIT)";
    private static final String NO_REGISTER = "the vCPU has no such register, or its size is another";

    private VcpuExplanations() {}

    static void addTo(Explanations.Table table) {
        table.row(
                        KVM_CREATE_VCPU,
                        EINVAL,
                        "the id is too large, or the VM has as many vCPUs as it can",
                        "use fewer: check MAX_VCPUS")
                .row(KVM_CREATE_VCPU, EEXIST, "the VM has a vCPU of this id already", "give each vCPU an id of its own")
                .row(
                        KVM_CREATE_VCPU,
                        EBUSY,
                        "the VM's interrupt controller is initialized already",
                        "create all vCPUs before KVM_DEV_ARM_VGIC_CTRL_INIT")
                .row(
                        KVM_CREATE_VCPU,
                        EIO,
                        "the VM belongs to another process, or the kernel has given it up",
                        "use a VM only in the process that created it")
                .row(KVM_ARM_PREFERRED_TARGET, ENODEV, "the processor is not one that KVM knows", "use another machine")
                .row(
                        KVM_ARM_VCPU_INIT,
                        EINVAL,
                        "the machine lacks a feature, or another vCPU of the VM has other features",
                        "give all vCPUs the same features, and only those that check says are there")
                .row(KVM_ARM_VCPU_INIT, ENOENT, "the kernel does not know a feature", "leave the feature out")
                .row(KVM_RUN, ENOEXEC, "the vCPU is not initialized", INITIALIZE)
                .row(
                        KVM_RUN,
                        EPERM,
                        "a feature of the vCPU is not configured to the end, such as SVE",
                        "finalize it, or leave the feature out")
                .row(
                        KVM_RUN,
                        ENOSYS,
                        "the guest accessed an address without memory by an instruction that the processor does not"
                                + " decode, such as LDP",
                        "enable ARM_NISV_TO_USER, and emulate the instruction or stop the guest")
                .row(
                        KVM_RUN,
                        EFAULT,
                        "the host's memory of a slot is not mapped or not accessible",
                        "keep memory allocated until its slot is closed")
                .row(
                        KVM_RUN,
                        EBUSY,
                        "the VM's interrupt controller is not initialized",
                        "initialize the vgic first (KVM_DEV_ARM_VGIC_CTRL_INIT)")
                .row(
                        KVM_RUN,
                        ENXIO,
                        "the VM's interrupt controller has no address, or too few redistributors for its vCPUs",
                        "give the distributor and a redistributor for each vCPU addresses")
                .row(
                        KVM_RUN,
                        EINVAL,
                        "the interrupt controller's addresses overlap, or the guest's state is not one that can run",
                        "look at the addresses and the registers that were set")
                .row(KVM_RUN, EAGAIN, "the vCPU waits for another to start it", "run it again, in a thread of its own")
                .row(
                        KVM_RUN,
                        EIO,
                        "the VM belongs to another process, or the kernel has given it up",
                        "run it in the process that created it, and look at dmesg")
                .row(KVM_GET_ONE_REG, ENOENT, NO_REGISTER, "look at the ids of KVM_GET_REG_LIST")
                .row(KVM_GET_ONE_REG, EINVAL, NO_REGISTER, "look at the ids of KVM_GET_REG_LIST")
                .row(KVM_GET_ONE_REG, ENOEXEC, "the vCPU is not initialized", INITIALIZE)
                .row(KVM_SET_ONE_REG, ENOENT, NO_REGISTER, "look at the ids of KVM_GET_REG_LIST")
                .row(
                        KVM_SET_ONE_REG,
                        EINVAL,
                        "the register cannot have this value, or the vCPU has no such register",
                        "read it, and change only what may be changed")
                .row(KVM_SET_ONE_REG, ENOEXEC, "the vCPU is not initialized", INITIALIZE)
                .row(
                        KVM_SET_SREGS,
                        EINVAL,
                        "the control registers contradict each other",
                        "read them, and change only what has to be changed")
                .row(
                        BLOCK_SIGNAL,
                        ENOSYS,
                        "this kernel or machine has no signals that the framework knows the calls of",
                        "run vCPUs on Linux on x86-64 or arm64");
    }
}
