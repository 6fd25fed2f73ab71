// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import org.vfio4j.kvm.IrqFd;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.IrqControl;
import org.vfio4j.vfio.VfioException;

/**
 * An IRQ that the kernel brings to the guest. KVM listens before VFIO signals, so nothing that fires is lost.
 *
 * <p>Source: {@code virt/kvm/eventfd.c}, {@code drivers/vfio/virqfd.c}.
 */
final class KernelGuestLine implements GuestLine {
    private final IrqControl host;
    private final boolean level;
    private final EventFd trigger;
    private EventFd resample;
    private IrqFd irqFd;

    private KernelGuestLine(IrqControl host, boolean level, EventFd trigger) {
        this.host = host;
        this.level = level;
        this.trigger = trigger;
    }

    static KernelGuestLine open(LinuxSyscalls linux, Vm vm, IrqControl host, GuestIrq irq) throws VfioException {
        EventFd trigger = EventFd.create(linux, "eventfd of " + host.name());
        KernelGuestLine line = new KernelGuestLine(host, irq.irq().isAutomasked(), trigger);
        boolean listening = false;
        try {
            line.listen(linux, vm, irq.gsi());
            listening = true;
        } finally {
            if (!listening) {
                line.closeGuest();
            }
        }
        try {
            line.enable();
            return line;
        } catch (VfioException refused) {
            throw GuestLine.closed(line, refused);
        }
    }

    private void listen(LinuxSyscalls linux, Vm vm, int gsi) throws VfioException {
        if (level) {
            resample = EventFd.create(linux, "unmask eventfd of " + host.name());
            irqFd = vm.irqFd(gsi, trigger, resample);
        } else {
            irqFd = vm.irqFd(gsi, trigger);
        }
    }

    private void enable() throws VfioException {
        if (level) {
            host.setUnmaskEventFd(resample);
        }
        GuestLine.enable(host, trigger, level);
    }

    /** First what fires, so that nothing does afterwards. */
    @Override
    public void close() throws VfioException {
        try {
            host.tearDown();
        } finally {
            try {
                if (level) {
                    host.removeUnmaskEventFd();
                }
            } finally {
                closeGuest();
            }
        }
    }

    private void closeGuest() {
        try {
            if (irqFd != null) {
                irqFd.close();
            }
        } finally {
            trigger.close();
            if (resample != null) {
                resample.close();
            }
        }
    }
}
