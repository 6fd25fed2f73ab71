// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.vfio4j.platform.irq.Interrupt;

/**
 * How long an interrupt takes from the kernel to a thread that waits for it: from just before the ioctl that raises it, in
 * another thread, until the wait returns.
 *
 * @param rounds the times in nanoseconds, ascending
 */
record IrqLatency(long[] rounds) {
    private static final int WARM_UP = 100;
    /** For how long the thread that waits has time to get to sleep in poll(2). */
    private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(500);

    private static final Duration LOST = Duration.ofSeconds(5);

    /** Measures; an interrupt that does not arrive is an exception. */
    static IrqLatency measure(Interrupt interrupt, int rounds) throws IOException, CliException {
        long[] times = new long[rounds];
        ExecutorService device = Executors.newSingleThreadExecutor();
        try {
            for (int i = -WARM_UP; i < rounds; i++) {
                long time = round(interrupt, device);
                times[Math.max(i, 0)] = time;
            }
        } finally {
            device.shutdownNow();
        }
        Arrays.sort(times);
        return new IrqLatency(times);
    }

    private static long round(Interrupt interrupt, ExecutorService device) throws IOException, CliException {
        // What came before is taken, and a level-triggered line unmasked, so that the next wait only waits.
        interrupt.await(Duration.ZERO);
        Future<Long> raised = device.submit(() -> {
            LockSupport.parkNanos(PAUSE);
            long start = System.nanoTime();
            interrupt.fire();
            return start;
        });
        long fired = interrupt.await(LOST);
        long end = System.nanoTime();
        long start = await(raised);
        if (fired == 0) {
            throw new CliException(
                    ExitCode.KERNEL,
                    interrupt.name() + " was raised and did not arrive within " + LOST.toSeconds() + " s",
                    null);
        }
        return end - start;
    }

    private static long await(Future<Long> raised) throws IOException {
        try {
            return raised.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException refused) {
                throw refused;
            }
            throw new IllegalStateException("cannot raise the interrupt", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    long minimum() {
        return rounds[0];
    }

    long maximum() {
        return rounds[rounds.length - 1];
    }

    /** The time that this share of the rounds did not exceed: the nearest rank. */
    long percentile(int percent) {
        return rounds[(int) Math.ceil(rounds.length * percent / 100.0) - 1];
    }
}
