// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.linux.Errno.EAGAIN;
import static org.vfio4j.linux.Errno.EBADF;
import static org.vfio4j.linux.Errno.EBUSY;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.vfio.Step.KVM_IRQFD;

/** Errors of KVM: {@code virt/kvm/eventfd.c}. Those of its devices depend on the device, and are where those are. */
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
                .row(KVM_IRQFD, EBUSY, "the eventfd is assigned already", "use one eventfd for each line");
    }
}
