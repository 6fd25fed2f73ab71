// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.Optional;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioFlags;

/** One interrupt of an open device (drivers/vfio/platform/vfio_platform_irq.c). */
final class IrqLine {
    private final boolean level;
    private final Optional<Errno> refusal;
    private final InterruptWire wire;
    private final EventWatch maskWatch = new EventWatch(this::mask);
    private final EventWatch unmaskWatch = new EventWatch(this::unmask);
    private EventFd trigger;
    private boolean masked;

    /** {@code refusal}: what request_irq failed with when the device was opened. */
    IrqLine(boolean level, Optional<Errno> refusal, InterruptWire wire) {
        this.level = level;
        this.refusal = refusal;
        this.wire = wire;
        if (refusal.isEmpty()) {
            wire.setHandler(this);
        }
    }

    int flags() {
        return level
                ? VfioFlags.VFIO_IRQ_INFO_EVENTFD
                        | VfioFlags.VFIO_IRQ_INFO_MASKABLE
                        | VfioFlags.VFIO_IRQ_INFO_AUTOMASKED
                : VfioFlags.VFIO_IRQ_INFO_EVENTFD;
    }

    boolean isRequested() {
        return refusal.isEmpty();
    }

    /** A request that failed at open is reported here, so that a program can go on by polling. */
    void requireRequested() {
        refusal.ifPresent(errno -> {
            throw new KernelError(errno);
        });
    }

    boolean isMaskable() {
        return level;
    }

    EventWatch maskWatch() {
        return maskWatch;
    }

    EventWatch unmaskWatch() {
        return unmaskWatch;
    }

    void mask() {
        masked = true;
    }

    void unmask() {
        masked = false;
        deliver();
    }

    /** Sets the eventfd that is signalled, or none; whether the line is masked stays. */
    void setTrigger(EventFd eventFd) {
        trigger = eventFd;
        deliver();
    }

    /** Runs the interrupt handler if the wire has an interrupt. It is enabled by the first eventfd, and else disabled. */
    void deliver() {
        if (trigger != null && !masked && wire.take(level)) {
            fire();
        }
    }

    /** Runs the interrupt handler: a level line is masked until user space unmasks it. */
    void fire() {
        if (level && masked) {
            return;
        }
        masked = level;
        if (trigger != null) {
            trigger.signal();
        }
    }

    /** The device is being closed. */
    void release() {
        maskWatch.disarm();
        unmaskWatch.disarm();
        trigger = null;
        if (refusal.isEmpty()) {
            wire.setHandler(null);
        }
    }
}
