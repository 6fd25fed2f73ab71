// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import java.time.Duration;
import java.util.Optional;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.IrqControl;
import org.vfio4j.vfio.VfioException;

/**
 * An interrupt that the kernel signals. A level-triggered one masks itself when it fires, and whether it is masked
 * outlasts the trigger. So the trigger is there first, and then the line is unmasked once, whatever happened before.
 */
final class KernelLine implements Line {
    private final IrqControl control;
    private final EventFd eventFd;
    private final boolean level;
    private final Object lock = new Object();
    /** Fired and not unmasked since. */
    private volatile boolean automasked;
    /** Masked by the program, which unmasks it too. */
    private boolean masked;
    /** An eventfd unmasks it. */
    private boolean resampled;

    private KernelLine(IrqControl control, EventFd eventFd, boolean level) {
        this.control = control;
        this.eventFd = eventFd;
        this.level = level;
    }

    static KernelLine open(LinuxSyscalls linux, IrqControl control, boolean level) throws VfioException {
        KernelLine line = new KernelLine(control, EventFd.create(linux, "eventfd of " + control.name()), level);
        boolean armed = false;
        try {
            line.arm();
            armed = true;
            return line;
        } finally {
            if (!armed) {
                line.eventFd.close();
            }
        }
    }

    private void arm() throws VfioException {
        control.setTrigger(eventFd);
        if (!level) {
            return;
        }
        try {
            control.unmask();
        } catch (VfioException refused) {
            try {
                control.tearDown();
            } catch (VfioException second) {
                refused.addSuppressed(second);
            }
            throw refused;
        }
    }

    @Override
    public long take() throws VfioException {
        return taken(eventFd.take());
    }

    @Override
    public long await(Duration timeout) throws VfioException {
        return taken(eventFd.await(timeout));
    }

    /** A level is there or not, also if it fired when the trigger was set and again when the line was unmasked. */
    private long taken(long count) {
        if (count == 0 || !level) {
            return count;
        }
        automasked = true;
        return 1;
    }

    @Override
    public void rearm() throws VfioException {
        if (!automasked) {
            return;
        }
        synchronized (lock) {
            if (automasked && !masked && !resampled) {
                unmaskNow();
            }
        }
    }

    /** Not masked any more before the call, as the line can fire and be masked again before it returns. */
    private void unmaskNow() throws VfioException {
        automasked = false;
        boolean unmasked = false;
        try {
            control.unmask();
            unmasked = true;
        } finally {
            if (!unmasked) {
                automasked = true;
            }
        }
    }

    @Override
    public void mask() throws VfioException {
        synchronized (lock) {
            control.mask();
            masked = true;
        }
    }

    @Override
    public void unmask() throws VfioException {
        synchronized (lock) {
            unmaskNow();
            masked = false;
        }
    }

    @Override
    public void fire() throws VfioException {
        control.fire();
    }

    @Override
    public void unmaskOn(EventFd resample) throws VfioException {
        synchronized (lock) {
            control.setUnmaskEventFd(resample);
            resampled = true;
            unmaskNow();
            masked = false;
        }
    }

    @Override
    public void stopUnmaskOn() throws VfioException {
        synchronized (lock) {
            control.removeUnmaskEventFd();
            resampled = false;
            automasked = true;
        }
    }

    @Override
    public Optional<EventFd> eventFd() {
        return Optional.of(eventFd);
    }

    @Override
    public Optional<VfioException> refusal() {
        return Optional.empty();
    }

    @Override
    public long interval() {
        return 0;
    }

    /** Both steps are made also if the first fails: the kernel lets go of all of it with the device. */
    @Override
    public void close() throws VfioException {
        try {
            synchronized (lock) {
                if (resampled) {
                    resampled = false;
                    control.removeUnmaskEventFd();
                }
            }
        } finally {
            try {
                control.tearDown();
            } finally {
                eventFd.close();
            }
        }
    }
}
