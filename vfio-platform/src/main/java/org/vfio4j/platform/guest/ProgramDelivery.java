// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.EventPoll;
import org.vfio4j.vfio.VfioException;

/**
 * The thread that waits for the IRQs of a device that the program brings to its guest. It is a daemon, so that a forgotten
 * guest does not keep a program from ending.
 */
final class ProgramDelivery {
    /**
     * For how long the accesses of a device with mapped regions trap after its last interrupt: one that interrupts more
     * often than this does not have its memory slots changed each time, which stops all vCPUs.
     */
    static final int QUIET_MILLIS = 50;

    /** After which the thread looks whether it is to end, should the kernel have refused to wake it. */
    private static final int IDLE_MILLIS = 1000;

    private final LinuxSyscalls linux;
    private final String name;
    private final List<ProgramGuestLine> lines;
    private final LevelLines levels;
    private final EventFd wake;
    private final Thread thread;
    private volatile boolean closing;
    private volatile Throwable failure;

    private ProgramDelivery(
            LinuxSyscalls linux, String device, List<ProgramGuestLine> lines, TrapWhilePending mapped, EventFd wake) {
        this.linux = linux;
        this.name = "guest interrupts of " + device;
        this.lines = lines;
        this.levels = new LevelLines(
                lines.stream().map(line -> new LevelLine(line, line.guest())).toList(), mapped);
        this.wake = wake;
        this.thread = new Thread(this::run, name);
    }

    static ProgramDelivery start(
            LinuxSyscalls linux, String device, List<ProgramGuestLine> lines, TrapWhilePending mapped)
            throws VfioException {
        EventFd wake = EventFd.create(linux, "wake-up of the guest interrupts of " + device);
        boolean started = false;
        try {
            ProgramDelivery delivery = new ProgramDelivery(linux, device, List.copyOf(lines), mapped, wake);
            delivery.thread.setDaemon(true);
            delivery.thread.start();
            started = true;
            return delivery;
        } finally {
            if (!started) {
                wake.close();
            }
        }
    }

    /** The guest made an access, and does not know yet. */
    void accessed() throws VfioException {
        if (failure != null) {
            throw new IllegalStateException("the " + name + " do not come any more", failure);
        }
        levels.accessed();
    }

    private void run() {
        List<EventFd> events = Stream.concat(Stream.of(wake), lines.stream().map(ProgramGuestLine::trigger))
                .toList();
        try (EventPoll poll = EventPoll.of(linux, name, events)) {
            while (!closing) {
                deliver(poll);
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw new IllegalStateException("the " + name + " do not come any more", e);
        }
    }

    private void deliver(EventPoll poll) throws IOException {
        if (poll.await(levels.isTrapping() ? QUIET_MILLIS : IDLE_MILLIS) == 0) {
            levels.quiet();
            return;
        }
        for (int i = 0; i < lines.size() && !closing; i++) {
            if (!poll.isReady(1 + i)) {
                continue;
            }
            if (lines.get(i).isLevel()) {
                levels.signalled(i);
            } else {
                lines.get(i).pulse();
            }
        }
    }

    /** Ends the thread, and then leaves the guest's lines low. The eventfds of the lines are closed afterwards. */
    void close() throws VfioException {
        closing = true;
        try {
            wake.signal();
        } finally {
            join();
            wake.close();
            levels.lowerAll();
        }
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
