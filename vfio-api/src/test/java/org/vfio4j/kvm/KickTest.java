// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.kvm.X86Guest.DS_IS_MMIO;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.linux.Errno;

/** A vCPU is told to stop, at any moment and from anywhere. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KickTest {
    private static final int KICKS = 10_000;

    /** A guest that never exits by itself. */
    private static final String FOR_EVER = "eb fe";

    /** A guest that exits all the time. */
    private static final String WRITES = DS_IS_MMIO + "a2 0000 eb fb";

    @Test
    void noKickOfAGuestThatNeverExitsIsLost() throws Exception {
        try (X86Guest guest = X86Guest.of(FOR_EVER);
                RunningVcpu running = new RunningVcpu(guest.vcpu)) {
            for (int i = 1; i <= KICKS; i++) {
                guest.vcpu.kick();
                running.awaitInterruptions(i);
            }
        }
    }

    @Test
    void noKickOfAGuestThatExitsAllTheTimeIsLost() throws Exception {
        try (X86Guest guest = X86Guest.of(WRITES);
                RunningVcpu running = new RunningVcpu(guest.vcpu)) {
            long seed = 20261121;
            Random random = new Random(seed);
            for (int i = 1; i <= KICKS; i++) {
                LockSupport.parkNanos(random.nextInt(20_000));
                guest.vcpu.kick();
                running.awaitInterruptions(i);
            }
            assertThat(running.mmioExits()).as("seed " + seed).isPositive();
        }
    }

    @Test
    void aKickBeforeTheRunStopsItAtOnceAndSeveralCountAsOne() throws Exception {
        try (X86Guest guest = X86Guest.of("f4")) {
            guest.vcpu.kick();
            guest.vcpu.kick();

            assertThat(guest.vcpu.run()).isEqualTo(ExitReason.INTERRUPTED);
            assertThat(guest.vcpu.run()).isEqualTo(ExitReason.HLT);
        }
    }

    @Test
    void kicksOfSeveralThreadsLeaveNoSignalBehind() throws Exception {
        try (X86Guest guest = X86Guest.of(WRITES)) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Thread> kickers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Thread kicker = new Thread(() -> {
                    try {
                        while (!stop.get()) {
                            guest.vcpu.kick();
                        }
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                });
                kicker.start();
                kickers.add(kicker);
            }
            int interruptions = 0;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            while (System.nanoTime() < end) {
                if (guest.vcpu.run() == ExitReason.INTERRUPTED) {
                    interruptions++;
                }
                // Between two runs nothing is left to take.
                assertThat(pendingSignal()).isEqualTo(-Errno.EAGAIN.number());
            }
            stop.set(true);
            for (Thread kicker : kickers) {
                kicker.join();
            }
            assertThat(failure.get()).isNull();
            assertThat(interruptions).isPositive();
        }
    }

    @Test
    void severalThreadsRunItOneAfterTheOtherAndEachCanBeKicked() throws Exception {
        try (X86Guest guest = X86Guest.of(FOR_EVER)) {
            for (int i = 0; i < 20; i++) {
                AtomicReference<Object> result = new AtomicReference<>();
                Thread thread = new Thread(() -> {
                    try {
                        result.set(guest.vcpu.run());
                    } catch (Exception e) {
                        result.set(e);
                    }
                });
                thread.start();
                Thread.sleep(i % 4);
                guest.vcpu.kick();
                thread.join();
                assertThat(result.get()).isEqualTo(ExitReason.INTERRUPTED);
            }
        }
    }

    @Test
    void twoThreadsDoNotRunItAtTheSameTime() throws Exception {
        try (X86Guest guest = X86Guest.of(FOR_EVER);
                RunningVcpu running = new RunningVcpu(guest.vcpu)) {
            guest.vcpu.kick();
            running.awaitInterruptions(1);
            while (true) {
                try {
                    assertThat(guest.vcpu.run()).isEqualTo(ExitReason.HLT);
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessage("vCPU 0 is run by another thread");
                    break;
                }
            }
        }
    }

    @Test
    void aRunThatIsClosedMeanwhileReturnsAndNothingCrashes() throws Exception {
        long seed = 20261122;
        Random random = new Random(seed);
        try (Kvm kvm = X86Guest.openKvm()) {
            for (int i = 0; i < 200; i++) {
                try (X86Guest guest = X86Guest.of(random.nextBoolean() ? FOR_EVER : WRITES)) {
                    RunningVcpu running = new RunningVcpu(guest.vcpu);
                    AtomicInteger closed = new AtomicInteger();
                    List<Thread> others = List.of(
                            new Thread(() -> {
                                guest.vcpu.close();
                                closed.incrementAndGet();
                            }),
                            new Thread(() -> {
                                guest.vm.close();
                                closed.incrementAndGet();
                            }),
                            new Thread(() -> {
                                try {
                                    for (int j = 0; j < 50; j++) {
                                        guest.vcpu.kick();
                                    }
                                    closed.incrementAndGet();
                                } catch (Exception e) {
                                    throw new AssertionError(e);
                                }
                            }));
                    LockSupport.parkNanos(random.nextInt(2_000_000));
                    others.forEach(Thread::start);
                    for (Thread other : others) {
                        other.join();
                    }
                    running.close();
                    assertThat(closed).as("seed " + seed + ", round " + i).hasValue(3);
                    assertThatThrownBy(guest.vcpu::run)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("vCPU 0 is closed");
                    assertThatThrownBy(guest.vcpu::getRegisters).isInstanceOf(IllegalStateException.class);
                }
            }
            assertThat(kvm.isClosed()).isFalse();
        }
    }

    private static int pendingSignal() {
        ByteBuffer set = ByteBuffer.allocateDirect(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(0, 1L << 33);
        return X86Guest.LINUX.sigtimedwait(set);
    }
}
