// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.devtree.interrupt.InterruptTrigger;

/**
 * The wire from a device to an input of its interrupt controller, and what the input does with it: a level is there as
 * long as the wire is asserted, an edge is latched until it is delivered (Linux: IRQS_PENDING of kernel/irq/chip.c and
 * check_irq_resend of kernel/irq/resend.c, and the controller's own latch before the interrupt is enabled first).
 */
final class InterruptWire {
    private boolean asserted;
    private boolean latched;
    private IrqLine handler;

    boolean isAsserted() {
        return asserted;
    }

    void setHandler(IrqLine line) {
        handler = line;
    }

    void change(boolean toAsserted, InterruptTrigger trigger) {
        if (asserted == toAsserted) {
            return;
        }
        asserted = toAsserted;
        latched |= !trigger.isLevel() && (asserted || trigger == InterruptTrigger.EDGE_BOTH);
        if (handler != null) {
            handler.deliver();
        }
    }

    /** Whether there is an interrupt for a handler that can run; of an edge only once. */
    boolean take(boolean level) {
        boolean pending = level ? asserted : latched;
        latched = false;
        return pending;
    }
}
