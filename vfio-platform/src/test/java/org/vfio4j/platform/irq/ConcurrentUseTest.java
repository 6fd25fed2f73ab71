// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.platform.PlatformDevice;

/** None lost, none doubled, and closing while others wait. */
@Timeout(120)
class ConcurrentUseTest {
    private static final int MANY = 100_000;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final IrqBoard board = new IrqBoard();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private PlatformDevice timer;

    @BeforeEach
    void open() throws IOException {
        timer = board.open(IrqBoard.TIMER);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        timer.close();
    }

    @Test
    void ofManyEdgesNoneIsLostOrDoubled() throws Exception {
        Interrupt overflow = timer.interrupt(1);
        List<Future<Long>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(threads.submit(() -> {
                long sum = 0;
                long count;
                while ((count = overflow.await(Duration.ofMillis(500))) != 0) {
                    sum += count;
                }
                return sum;
            }));
        }
        for (int i = 0; i < MANY; i++) {
            board.edge.pulse();
        }
        long sum = 0;
        for (Future<Long> one : waiting) {
            sum += one.get();
        }
        assertThat(sum + overflow.await(Duration.ZERO)).isEqualTo(MANY);
        assertThat(overflow.count()).isEqualTo(MANY);
    }

    @Test
    void ofManyLevelsEachIsServedOnceAmongOtherInterrupts() throws Exception {
        Semaphore served = new Semaphore(0);
        AtomicLong edges = new AtomicLong();
        Interrupt tick = timer.interrupt(0);
        tick.onInterrupt(count -> {
            board.level.lower();
            served.release((int) count);
        });
        timer.interrupt(1).onInterrupt(edges::getAndAdd);
        for (int i = 0; i < MANY; i++) {
            board.edge.pulse();
            board.level.raise();
            assertThat(served.tryAcquire(60, TimeUnit.SECONDS))
                    .as("interrupt %d", i)
                    .isTrue();
        }
        assertThat(tick.count()).isEqualTo(MANY);
        assertThat(served.availablePermits()).isZero();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (edges.get() < MANY && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(edges).hasValue(MANY);
    }

    @RepeatedTest(50)
    void closingEndsEveryWait() throws Exception {
        Interrupt overflow = timer.interrupt(1);
        CountDownLatch begun = new CountDownLatch(4);
        Callable<Long> wait = () -> {
            begun.countDown();
            return overflow.await(LONG);
        };
        List<Future<Long>> waiting =
                List.of(threads.submit(wait), threads.submit(wait), threads.submit(wait), threads.submit(wait));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        overflow.close();
        for (Future<Long> one : waiting) {
            assertThatThrownBy(one::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("100000.timer IRQ 1 is closed");
        }
    }

    @RepeatedTest(50)
    void closingTheDeviceWhileInterruptsComeLosesNobody() throws Exception {
        Interrupt overflow = timer.interrupt(1);
        timer.interrupt(0).onInterrupt(count -> board.level.lower());
        Future<?> device = threads.submit(() -> {
            while (!timer.device().isClosed()) {
                board.edge.pulse();
                board.level.raise();
            }
        });
        Future<Long> waiting = threads.submit(() -> {
            while (true) {
                overflow.await(LONG);
            }
        });
        Thread.sleep(2);
        timer.close();
        device.get();
        assertThatThrownBy(waiting::get).cause().isInstanceOf(IllegalStateException.class);
        timer = board.open(IrqBoard.TIMER);
        board.level.lower();
        board.level.raise();
        assertThat(timer.interrupt(0).await(LONG))
                .as("the next one who opens it")
                .isOne();
        board.level.lower();
    }
}
