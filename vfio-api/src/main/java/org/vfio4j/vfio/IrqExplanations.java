// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.linux.Errno.EAGAIN;
import static org.vfio4j.linux.Errno.EBADF;
import static org.vfio4j.linux.Errno.EBUSY;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.ENOTTY;
import static org.vfio4j.vfio.Step.POLL;
import static org.vfio4j.vfio.Step.REQUEST_IRQ;
import static org.vfio4j.vfio.Step.SET_IRQS;
import static org.vfio4j.vfio.Step.WRITE_EVENTFD;

/**
 * Errors of interrupts: {@code drivers/vfio/platform/vfio_platform_irq.c}, the checks of {@code SET_IRQS} in {@code
 * drivers/vfio/vfio_main.c}, {@code fs/eventfd.c}, and request_irq of {@code kernel/irq/manage.c}.
 */
final class IrqExplanations {
    private IrqExplanations() {}

    static void addTo(Explanations.Table table) {
        table.row(
                        SET_IRQS,
                        EINVAL,
                        "there is no such IRQ, it cannot be masked, or the call's range or data are wrong",
                        "use start 0 and count 1, and mask only what GET_IRQ_INFO shows as MASKABLE")
                .row(
                        SET_IRQS,
                        ENOTTY,
                        "not exactly one of the actions mask, unmask and trigger",
                        "use one action for each call")
                .row(SET_IRQS, EBADF, "the eventfd is not open", "keep the eventfd open until it is removed")
                .row(
                        SET_IRQS,
                        EBUSY,
                        "the IRQ has an eventfd for this action already, or another driver has the IRQ",
                        "remove the first eventfd with descriptor -1, and see /proc/interrupts");
        table.row(
                        REQUEST_IRQ,
                        EBUSY,
                        "another driver has the interrupt line, and VFIO does not share it",
                        "unbind the driver that /proc/interrupts shows for it, or poll the device")
                .row(
                        REQUEST_IRQ,
                        EINVAL,
                        "the interrupt line cannot be requested, as after a driver that made an interrupt controller of"
                                + " the device",
                        "bind the device to VFIO before any other driver since the start of Linux, or poll the device");
        table.row(
                        WRITE_EVENTFD,
                        EAGAIN,
                        "the count of the eventfd has no room for it",
                        "take the count before more is signalled")
                .row(
                        POLL,
                        EINVAL,
                        "there are more descriptors than this process may have open",
                        "raise the limit: ulimit -n 65536");
    }
}
