// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.EventPoll;
import org.vfio4j.vfio.VfioException;

/**
 * The one thread that waits for all interrupts of a device that have a handler. It runs while there are any. It is a
 * daemon, so that a forgotten handler does not keep a program from ending.
 */
final class Waiter {
    private static final System.Logger LOG = System.getLogger(Waiter.class.getPackageName());

    private final LinuxSyscalls linux;
    private final String name;
    private List<Registration> registrations = List.of();
    private Registration running;
    private EventFd wake;
    private Thread thread;

    Waiter(LinuxSyscalls linux, String device) {
        this.linux = linux;
        this.name = "interrupts of " + device;
    }

    /** An interrupt and who is called for it. */
    static final class Registration {
        private final Interrupt interrupt;
        private final InterruptHandler handler;
        private final Thread.UncaughtExceptionHandler uncaught;
        private volatile boolean active = true;

        private Registration(Interrupt interrupt, InterruptHandler handler, Thread.UncaughtExceptionHandler uncaught) {
            this.interrupt = interrupt;
            this.handler = handler;
            this.uncaught = uncaught;
        }

        /** Whether the handler can still be called. */
        boolean isActive() {
            return active;
        }
    }

    synchronized Registration register(
            Interrupt interrupt, InterruptHandler handler, Thread.UncaughtExceptionHandler uncaught)
            throws VfioException {
        if (thread == null) {
            start();
        } else {
            wake.signal();
        }
        Registration registration = new Registration(interrupt, handler, uncaught);
        List<Registration> more = new ArrayList<>(registrations);
        more.add(registration);
        registrations = List.copyOf(more);
        return registration;
    }

    /** It finds out what to wait for when the lock is free. */
    private void start() throws VfioException {
        wake = EventFd.create(linux, "wake-up of " + name);
        Thread starting = new Thread(this::run, name);
        starting.setDaemon(true);
        boolean started = false;
        try {
            starting.start();
            started = true;
            thread = starting;
        } finally {
            if (!started) {
                wake.close();
            }
        }
    }

    /** No more calls of the handler begin, and the one that is running in another thread has ended. */
    synchronized void unregister(Registration registration) {
        drop(registration);
        boolean interrupted = false;
        while (running == registration && Thread.currentThread() != thread) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void drop(Registration registration) {
        if (!registration.active) {
            return;
        }
        registration.active = false;
        registrations =
                registrations.stream().filter(other -> other != registration).toList();
        try {
            wake.signal();
        } catch (VfioException refused) {
            // The thread then finds out with the next interrupt, or polls in vain; nobody is called any more.
            LOG.log(System.Logger.Level.WARNING, name + " still waits for a closed one", refused);
        }
    }

    private void run() {
        while (true) {
            List<Registration> current;
            EventFd wakeUp;
            synchronized (this) {
                current = registrations;
                wakeUp = wake;
                if (current.isEmpty()) {
                    stop();
                    return;
                }
            }
            try {
                serve(current, wakeUp);
            } catch (VfioException refused) {
                for (Registration registration : current) {
                    drop(registration);
                    report(registration, refused);
                }
            }
        }
    }

    private void stop() {
        wake.close();
        wake = null;
        thread = null;
    }

    /** Until other interrupts are to be waited for. */
    private void serve(List<Registration> current, EventFd wakeUp) throws VfioException {
        List<Registration> signalled = current.stream()
                .filter(registration -> line(registration).eventFd().isPresent())
                .toList();
        List<Registration> polled = current.stream()
                .filter(registration -> line(registration).eventFd().isEmpty())
                .toList();
        int timeout = timeoutMillis(polled);
        try (EventPoll poll = pollOf(current, signalled, wakeUp)) {
            while (registrations() == current) {
                if (poll.await(timeout) > 0) {
                    if (poll.isReady(0)) {
                        wakeUp.take();
                    }
                    for (int i = 0; i < signalled.size(); i++) {
                        if (poll.isReady(i + 1)) {
                            serve(signalled.get(i));
                        }
                    }
                }
                for (int i = 0; i < polled.size(); i++) {
                    serve(polled.get(i));
                }
            }
        }
    }

    /** With the lock, so that those that are registered are open: they are unregistered before they are closed. */
    private synchronized EventPoll pollOf(List<Registration> current, List<Registration> signalled, EventFd wakeUp) {
        List<EventFd> events = new ArrayList<>();
        events.add(wakeUp);
        if (registrations == current) {
            signalled.forEach(registration -> line(registration).eventFd().ifPresent(events::add));
        }
        return EventPoll.of(linux, name, events);
    }

    private static int timeoutMillis(List<Registration> polled) {
        if (polled.isEmpty()) {
            return -1;
        }
        long nanos = polled.stream()
                .mapToLong(registration -> line(registration).interval())
                .min()
                .getAsLong();
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos)));
    }

    private static Line line(Registration registration) {
        return registration.interrupt.line();
    }

    private synchronized List<Registration> registrations() {
        return registrations;
    }

    private void serve(Registration registration) {
        if (!begin(registration)) {
            return;
        }
        try {
            Interrupt interrupt = registration.interrupt;
            long count = interrupt.counted(interrupt.line().take());
            if (count != 0) {
                boolean served = handle(registration, count);
                // The handler may have closed the interrupt, and all of the device with it.
                if (registration.active && (served || !interrupt.isLevel())) {
                    interrupt.line().rearm();
                }
            }
        } catch (VfioException | RuntimeException | Error failure) {
            drop(registration);
            report(registration, failure);
        } finally {
            end();
        }
    }

    /** Whatever the handler throws goes to the program's own handler, and whatever that one throws to the log. */
    private boolean handle(Registration registration, long count) {
        try {
            registration.handler.handle(count);
            return true;
        } catch (Throwable failure) {
            report(registration, failure);
            return false;
        }
    }

    private void report(Registration registration, Throwable failure) {
        try {
            registration.uncaught.uncaughtException(Thread.currentThread(), failure);
        } catch (Throwable second) {
            second.addSuppressed(failure);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the uncaught-exception handler of " + registration.interrupt.name() + " failed",
                    second);
        }
    }

    private synchronized boolean begin(Registration registration) {
        if (!registration.active) {
            return false;
        }
        running = registration;
        return true;
    }

    private synchronized void end() {
        running = null;
        notifyAll();
    }
}
