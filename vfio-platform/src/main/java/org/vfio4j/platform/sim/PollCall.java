// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/** poll(2): struct pollfd is fd s32 at 0, events s16 at 4, revents s16 at 6 (asm-generic/poll.h). */
final class PollCall {
    private static final int SIZE = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;
    /** POLLERR, POLLHUP and POLLNVAL are reported whether asked for or not. */
    private static final int ALWAYS = 0x8 | 0x10 | 0x20;

    private static final int POLLNVAL = 0x20;

    private final FileTable files;
    private final UserBuffer descriptors;

    PollCall(FileTable files, UserBuffer descriptors) {
        this.files = files;
        this.descriptors = descriptors;
    }

    /** Waits until a descriptor has events or the time is over; returns how many have. */
    int run(Condition changed, int timeoutMillis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        boolean interrupted = false;
        int ready = look();
        while (ready == 0 && (timeoutMillis < 0 || end - System.nanoTime() > 0)) {
            try {
                if (timeoutMillis < 0) {
                    changed.await();
                } else {
                    changed.awaitNanos(end - System.nanoTime());
                }
            } catch (InterruptedException e) {
                // The seam makes an interrupted call again, so the caller only finds its interrupt still set.
                interrupted = true;
            }
            ready = look();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ready;
    }

    private int look() {
        int ready = 0;
        for (int at = 0; at + SIZE <= descriptors.length(); at += SIZE) {
            int fd = descriptors.getInt(at);
            int events = 0;
            if (fd >= 0) {
                events = files.find(fd).map(OpenFile::pollEvents).orElse(POLLNVAL)
                        & (descriptors.getShort(at + EVENTS) | ALWAYS);
            }
            descriptors.putShort(at + REVENTS, events);
            if (events != 0) {
                ready++;
            }
        }
        return ready;
    }
}
