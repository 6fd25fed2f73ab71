// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.IrqControl;
import org.vfio4j.vfio.VfioException;

/** An IRQ that the program brings to the guest: its eventfd is the queue, and {@link GuestWire} its other end. */
final class ProgramGuestLine implements GuestLine, HostLine {
    private final IrqControl host;
    private final boolean level;
    private final EventFd trigger;
    private final GuestWire guest;

    private ProgramGuestLine(IrqControl host, boolean level, EventFd trigger, GuestWire guest) {
        this.host = host;
        this.level = level;
        this.trigger = trigger;
        this.guest = guest;
    }

    static ProgramGuestLine open(LinuxSyscalls linux, IrqControl host, GuestIrq irq, GuestWire guest)
            throws VfioException {
        EventFd trigger = EventFd.create(linux, "eventfd of " + host.name());
        ProgramGuestLine line = new ProgramGuestLine(host, irq.irq().isAutomasked(), trigger, guest);
        try {
            GuestLine.enable(host, trigger, line.level);
            return line;
        } catch (VfioException refused) {
            throw GuestLine.closed(line, refused);
        }
    }

    boolean isLevel() {
        return level;
    }

    EventFd trigger() {
        return trigger;
    }

    GuestWire guest() {
        return guest;
    }

    @Override
    public long take() throws VfioException {
        return trigger.take();
    }

    @Override
    public void unmask() throws VfioException {
        host.unmask();
    }

    /** Edges that came one after the other are one for the guest, as they are for an interrupt controller. */
    void pulse() throws VfioException {
        if (take() != 0) {
            guest.set(true);
            guest.set(false);
        }
    }

    @Override
    public void close() throws VfioException {
        try {
            host.tearDown();
        } finally {
            trigger.close();
        }
    }
}
