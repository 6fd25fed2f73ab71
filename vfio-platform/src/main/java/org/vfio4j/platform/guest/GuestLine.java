// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.IrqControl;
import org.vfio4j.vfio.VfioException;

/** An IRQ of a device that is connected to a guest. */
sealed interface GuestLine permits KernelGuestLine, ProgramGuestLine {
    /** Lets no more interrupts come to the guest. Everything is disconnected also if the kernel refuses some of it. */
    void close() throws VfioException;

    /** A level-triggered IRQ may have fired when nobody listened, and is masked since then. */
    static void enable(IrqControl host, EventFd trigger, boolean level) throws VfioException {
        host.setTrigger(trigger);
        if (level) {
            host.unmask();
        }
    }

    /** Closes one that could not be opened; what closing it throws too is suppressed in what is returned. */
    static VfioException closed(GuestLine line, VfioException refused) {
        try {
            line.close();
        } catch (VfioException second) {
            refused.addSuppressed(second);
        }
        return refused;
    }
}
