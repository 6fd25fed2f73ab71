// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;

/** An eventfd that makes the kernel act (drivers/vfio/virqfd.c): how user space masks and unmasks without a call. */
final class EventWatch {
    private final Runnable action;
    private EventFd source;

    EventWatch(Runnable action) {
        this.action = action;
    }

    void arm(EventFd eventFd) {
        KernelError.require(source == null, Errno.EBUSY);
        source = eventFd;
        source.add(this);
        // A count that was there before acts at once, and stays.
        if (source.isSignalled()) {
            action.run();
        }
    }

    void disarm() {
        if (source != null) {
            source.remove(this);
            source.drain();
            source = null;
        }
    }

    void wake() {
        source.drain();
        action.run();
    }

    /** The eventfd is being closed. */
    void hangUp() {
        disarm();
    }
}
