// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.linux.Errno.EAGAIN;
import static org.vfio4j.linux.Errno.EBADF;
import static org.vfio4j.linux.Errno.EBUSY;
import static org.vfio4j.linux.Errno.EEXIST;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.ENODEV;
import static org.vfio4j.linux.Errno.ENOENT;
import static org.vfio4j.vfio.Step.KVM_CREATE_VFIO;
import static org.vfio4j.vfio.Step.KVM_IRQFD;
import static org.vfio4j.vfio.Step.KVM_VFIO_ADD;
import static org.vfio4j.vfio.Step.KVM_VFIO_DEL;

/** Errors where VFIO and KVM meet: {@code virt/kvm/vfio.c} and {@code virt/kvm/eventfd.c}. */
final class KvmExplanations {
    private KvmExplanations() {}

    static void addTo(Explanations.Table table) {
        table.row(
                        KVM_IRQFD,
                        EAGAIN,
                        "the guest's interrupt controller is not initialized yet",
                        "initialize the vgic first (KVM_DEV_ARM_VGIC_CTRL_INIT)")
                .row(KVM_IRQFD, EINVAL, "the VM has no interrupt controller, or no such line", "create it first")
                .row(KVM_IRQFD, EBADF, "an eventfd is not open", "keep the eventfds open while they are assigned")
                .row(KVM_IRQFD, EBUSY, "the eventfd is assigned already", "use one eventfd for each line")
                .row(KVM_CREATE_VFIO, EBUSY, "the VM has a VFIO device already", "use the one that it has")
                .row(
                        KVM_CREATE_VFIO,
                        ENODEV,
                        "this kernel's KVM has no VFIO device",
                        "use a kernel with CONFIG_KVM_VFIO")
                .row(KVM_VFIO_ADD, EBADF, "the descriptor is not open", "keep the group or device open")
                .row(
                        KVM_VFIO_ADD,
                        EINVAL,
                        "the descriptor is not of a VFIO group, or of a device before Linux 6.6",
                        "add the group's descriptor")
                .row(KVM_VFIO_ADD, EEXIST, "it was added already", "add it once")
                .row(KVM_VFIO_DEL, ENOENT, "it was not added", "remove only what was added");
    }
}
