// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** A vCPU that a thread of its own runs until it is closed, and what it stopped for so often. */
final class RunningVcpu implements AutoCloseable {
    private final Vcpu vcpu;
    private final Thread thread;
    private final AtomicInteger mmioExits = new AtomicInteger();
    private final AtomicInteger interruptions = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    RunningVcpu(Vcpu vcpu) {
        this.vcpu = vcpu;
        thread = new Thread(this::run, "runs " + vcpu.id());
        thread.start();
    }

    private void run() {
        try {
            while (!vcpu.isClosed()) {
                ExitReason reason = vcpu.run();
                if (reason == ExitReason.MMIO) {
                    mmioExits.incrementAndGet();
                } else if (reason == ExitReason.INTERRUPTED) {
                    interruptions.incrementAndGet();
                } else {
                    throw new AssertionError("stopped for " + reason);
                }
            }
        } catch (IllegalStateException closed) {
            if (!closed.getMessage().endsWith("is closed")) {
                failure.set(closed);
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    int mmioExits() {
        return mmioExits.get();
    }

    int interruptions() {
        return interruptions.get();
    }

    void awaitMmioExits(int count) {
        await(mmioExits, count);
    }

    void awaitInterruptions(int count) {
        await(interruptions, count);
    }

    private void await(AtomicInteger counter, int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (counter.get() < count && System.nanoTime() < end && failure.get() == null) {
            LockSupport.parkNanos(1_000);
        }
        assertThat(failure.get()).isNull();
        assertThat(counter.get()).as("so often until now").isGreaterThanOrEqualTo(count);
    }

    /** Closes the vCPU and waits for the thread. */
    @Override
    public void close() {
        vcpu.close();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (thread.isAlive() && System.nanoTime() < end) {
            LockSupport.parkNanos(10_000);
        }
        assertThat(thread.isAlive()).as("still runs").isFalse();
        assertThat(failure.get()).isNull();
    }
}
