// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.concurrent.locks.ReentrantLock;
import org.vfio4j.devtree.interrupt.InterruptTrigger;

/**
 * An interrupt line as its device drives it, from {@link SimulatedBoard#interrupt}. It works whether or not somebody has
 * the device open, and lines that several nodes share are one.
 *
 * <p>A level-triggered interrupt fires while the line is raised and it is enabled and not masked: also when it is
 * unmasked. An edge-triggered one fires once for each raise; one that comes while it is not enabled is kept, as one.
 * Polarity plays no role: raised means active, also of a line that is active low.
 *
 * <p>Safe for use by several threads.
 */
public final class SimulatedInterrupt {
    private final ReentrantLock lock;
    private final InterruptWire wire;
    private final InterruptTrigger trigger;

    SimulatedInterrupt(ReentrantLock lock, InterruptWire wire, InterruptTrigger trigger) {
        this.lock = lock;
        this.wire = wire;
        this.trigger = trigger;
    }

    /** Makes the line active; does nothing if it is. */
    public void raise() {
        change(true);
    }

    /** Makes the line inactive; does nothing if it is. */
    public void lower() {
        change(false);
    }

    /** Raises the line and lowers it, with nothing in between: one interrupt, and of a masked level none. */
    public void pulse() {
        lock.lock();
        try {
            wire.change(true, trigger);
            wire.change(false, trigger);
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether the line is active} */
    public boolean isRaised() {
        lock.lock();
        try {
            return wire.isAsserted();
        } finally {
            lock.unlock();
        }
    }

    private void change(boolean asserted) {
        lock.lock();
        try {
            wire.change(asserted, trigger);
        } finally {
            lock.unlock();
        }
    }
}
