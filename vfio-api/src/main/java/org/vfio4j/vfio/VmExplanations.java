// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.linux.Errno.EACCES;
import static org.vfio4j.linux.Errno.EBADF;
import static org.vfio4j.linux.Errno.EBUSY;
import static org.vfio4j.linux.Errno.EEXIST;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.EIO;
import static org.vfio4j.linux.Errno.ENODEV;
import static org.vfio4j.linux.Errno.ENOENT;
import static org.vfio4j.linux.Errno.ENOSPC;
import static org.vfio4j.linux.Errno.ENOTTY;
import static org.vfio4j.linux.Errno.ENXIO;
import static org.vfio4j.vfio.Step.KVM_CREATE_IRQCHIP;
import static org.vfio4j.vfio.Step.KVM_CREATE_VM;
import static org.vfio4j.vfio.Step.KVM_DELETE_MEMORY;
import static org.vfio4j.vfio.Step.KVM_ENABLE_CAP;
import static org.vfio4j.vfio.Step.KVM_IOEVENTFD;
import static org.vfio4j.vfio.Step.KVM_IOEVENTFD_DEASSIGN;
import static org.vfio4j.vfio.Step.KVM_IRQFD_DEASSIGN;
import static org.vfio4j.vfio.Step.KVM_IRQ_LINE;
import static org.vfio4j.vfio.Step.KVM_SET_GSI_ROUTING;
import static org.vfio4j.vfio.Step.KVM_SET_MEMORY;
import static org.vfio4j.vfio.Step.KVM_SIGNAL_MSI;
import static org.vfio4j.vfio.Step.OPEN_KVM;

/**
 * Errors of KVM and of a VM: {@code virt/kvm/kvm_main.c}, {@code virt/kvm/eventfd.c}, {@code virt/kvm/irqchip.c}, and
 * {@code arch/x86/kvm/x86.c} and {@code arch/arm64/kvm/arm.c}.
 */
final class VmExplanations {
    private static final String OTHER_PROCESS = "the VM belongs to another process, or the kernel has given it up";
    private static final String STAY_IN_PROCESS = "use a VM only in the process that created it";

    private VmExplanations() {}

    static void addTo(Explanations.Table table) {
        table.row(
                        OPEN_KVM,
                        ENOENT,
                        "this kernel has no KVM, or its module is not loaded",
                        "load it: modprobe kvm-intel or kvm-amd; on arm64 boot the kernel at EL2")
                .row(
                        OPEN_KVM,
                        EACCES,
                        "the file is only for a group of users",
                        "put the user in the group: usermod -aG kvm USER")
                .row(
                        OPEN_KVM,
                        ENODEV,
                        "the processor has no virtualization, or the firmware has it switched off",
                        "switch it on in the firmware, or for a guest nested virtualization on its host")
                .row(
                        KVM_CREATE_VM,
                        EINVAL,
                        "there is no VM of this type, or with that many bits of a guest physical address",
                        "use type 0, or fewer bits: check ARM_VM_IPA_SIZE")
                .row(KVM_CREATE_VM, EBUSY, "another hypervisor has the processor", "stop it, see lsmod")
                .row(
                        KVM_SET_MEMORY,
                        EINVAL,
                        "guest address, size or host address is not a multiple of the page size, the slot does not"
                                + " exist or cannot be changed so, or a flag is not known",
                        "give whole pages, trap a region that is smaller, and close a slot before it is used again")
                .row(
                        KVM_SET_MEMORY,
                        EEXIST,
                        "the guest addresses overlap another slot",
                        "give each slot addresses of its own")
                .row(KVM_SET_MEMORY, EIO, OTHER_PROCESS, STAY_IN_PROCESS)
                .row(KVM_DELETE_MEMORY, EINVAL, "the slot is empty", "close each slot once")
                .row(KVM_DELETE_MEMORY, EIO, OTHER_PROCESS, STAY_IN_PROCESS)
                .row(
                        KVM_CREATE_IRQCHIP,
                        EEXIST,
                        "the VM has an interrupt controller already",
                        "create it once for a VM")
                .row(
                        KVM_CREATE_IRQCHIP,
                        EINVAL,
                        "the VM has vCPUs already",
                        "create the interrupt controller before the first vCPU")
                .row(
                        KVM_CREATE_IRQCHIP,
                        ENODEV,
                        "the host has no GICv2 that KVM could give to guests",
                        "create a GICv3 as a device")
                .row(
                        KVM_IRQ_LINE,
                        ENXIO,
                        "the VM has no interrupt controller in the kernel",
                        "create it first, on arm64 as a device")
                .row(
                        KVM_IRQ_LINE,
                        EINVAL,
                        "there is no such line or vCPU, or the interrupt controller is not initialized",
                        "use what ArmIrqLine says, after the interrupt controller is initialized")
                .row(
                        KVM_SET_GSI_ROUTING,
                        EINVAL,
                        "the VM has no interrupt controller, a GSI or pin does not exist, or a GSI has two routes",
                        "create the interrupt controller first, and give each GSI one route")
                .row(
                        KVM_SIGNAL_MSI,
                        EINVAL,
                        "the VM has no interrupt controller that takes messages, or not at this address",
                        "create it first, on arm64 an ITS, and give the id of the device")
                .row(KVM_SIGNAL_MSI, ENODEV, "no ITS is at this address", "use the address that the ITS was given")
                .row(
                        KVM_ENABLE_CAP,
                        EINVAL,
                        "the kernel does not know the capability, it is not for this, or it is too late",
                        "ask with check, and enable it before the first vCPU")
                .row(KVM_ENABLE_CAP, ENOTTY, "this kernel cannot enable capabilities of it", "ask with check")
                .row(
                        KVM_IRQFD_DEASSIGN,
                        EBADF,
                        "the eventfd is not open",
                        "find who closes descriptors that it does not own: strace -e close")
                .row(
                        KVM_IOEVENTFD,
                        EINVAL,
                        "the width is not 1, 2, 4, 8 or 0, a value is given with width 0, or the address is beyond 64"
                                + " bits",
                        "give the width of the guest's access")
                .row(
                        KVM_IOEVENTFD,
                        EEXIST,
                        "the address has an ioeventfd for such writes already",
                        "assign each address and value once")
                .row(KVM_IOEVENTFD, EBADF, "the eventfd is not open", "keep it open until it is assigned")
                .row(
                        KVM_IOEVENTFD,
                        ENOSPC,
                        "the VM has as many ioeventfds as it can",
                        "close some, or serve the writes as MMIO exits")
                .row(KVM_IOEVENTFD_DEASSIGN, ENOENT, "it was not assigned", "close it once");
    }
}
