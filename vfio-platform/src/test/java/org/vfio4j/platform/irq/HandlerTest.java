// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.platform.PlatformDevice;

/** Handlers: one thread for all of a device, what their exceptions do, and closing while one runs. */
@Timeout(60)
class HandlerTest {
    private final IrqBoard board = new IrqBoard();
    private final BlockingQueue<Object> happened = new LinkedBlockingQueue<>();
    private PlatformDevice timer;

    @BeforeEach
    void open() throws IOException {
        timer = board.open(IrqBoard.TIMER);
    }

    @AfterEach
    void closeAndLookForLeaks() throws Exception {
        timer.close();
        // The thread closes what wakes it when it ends, a moment later.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!board.board.openDescriptors().isEmpty() && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        assertThat(board.board.openDescriptors()).isEmpty();
    }

    private Object next() throws InterruptedException {
        return happened.poll(30, TimeUnit.SECONDS);
    }

    private void nothingMore() throws InterruptedException {
        assertThat(happened.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void anEdgeHandlerGetsEveryEdge() throws Exception {
        Interrupt overflow = timer.interrupt(1);
        board.edge.pulse();
        overflow.onInterrupt(happened::add);
        assertThat(next()).isEqualTo(1L);
        board.edge.pulse();
        assertThat(next()).isEqualTo(1L);
        assertThat(overflow.count()).isEqualTo(2);
    }

    @Test
    void aLevelIsMaskedWhileItsHandlerRunsAndUnmaskedAfterwards() throws Exception {
        Interrupt tick = timer.interrupt(0);
        tick.onInterrupt(count -> {
            happened.add(count);
            board.level.lower();
            board.level.raise();
            board.level.lower();
        });
        board.level.raise();
        assertThat(next()).isEqualTo(1L);
        nothingMore();
        board.level.raise();
        assertThat(next()).isEqualTo(1L);
    }

    @Test
    void aLevelThatTheHandlerDoesNotServeFiresAgain() throws Exception {
        timer.interrupt(0).onInterrupt(count -> {
            happened.add(count);
            if (happened.size() == 3) {
                board.level.lower();
            }
        });
        board.level.raise();
        assertThat(next()).isEqualTo(1L);
        assertThat(next()).isEqualTo(1L);
        assertThat(next()).isEqualTo(1L);
    }

    @Test
    void aHandlerThatMasksLeavesItMasked() throws Exception {
        Interrupt tick = timer.interrupt(0);
        tick.onInterrupt(count -> {
            tick.mask();
            happened.add(count);
        });
        board.level.raise();
        assertThat(next()).isEqualTo(1L);
        nothingMore();
        tick.unmask();
        assertThat(next()).isEqualTo(1L);
    }

    @Test
    void oneThreadCallsAllHandlersOfADevice() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 3; i++) {
            int index = i;
            timer.interrupt(i).onInterrupt(count -> {
                threads.add(Thread.currentThread());
                board.level.lower();
                happened.add(index);
            });
        }
        board.edge.pulse();
        assertThat(next()).isEqualTo(1);
        board.level.raise();
        assertThat(next()).isEqualTo(0);
        board.both.raise();
        assertThat(next()).isEqualTo(2);
        assertThat(threads).singleElement().satisfies(thread -> {
            assertThat(thread.getName()).isEqualTo("interrupts of 100000.timer");
            assertThat(thread.isDaemon()).isTrue();
        });
    }

    @Test
    void anInterruptWithAHandlerIsNotWaitedForAndHasNoOtherHandler() throws Exception {
        Interrupt overflow = timer.interrupt(1);
        overflow.onInterrupt(happened::add);
        assertThatThrownBy(() -> overflow.await(Duration.ZERO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("100000.timer IRQ 1 has a handler, which gets its interrupts");
        assertThatThrownBy(() -> overflow.onInterrupt(happened::add))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("100000.timer IRQ 1 has a handler already");
        overflow.close();
        timer.interrupt(1).onInterrupt(happened::add);
        board.edge.pulse();
        assertThat(next()).isEqualTo(1L);
    }

    @Test
    void anExceptionIsReportedAndTheNextEdgeIsHandled() throws Exception {
        IOException failure = new IOException("no clock");
        timer.interrupt(1)
                .onInterrupt(
                        count -> {
                            throw failure;
                        },
                        (thread, thrown) -> happened.add(thrown));
        board.edge.pulse();
        assertThat(next()).isSameAs(failure);
        board.edge.pulse();
        assertThat(next()).isSameAs(failure);
    }

    @Test
    void afterAnExceptionALevelStaysMaskedAndTheOthersGoOn() throws Exception {
        Interrupt tick = timer.interrupt(0);
        AtomicBoolean fails = new AtomicBoolean(true);
        tick.onInterrupt(
                count -> {
                    if (fails.getAndSet(false)) {
                        throw new AssertionError("not served");
                    }
                    board.level.lower();
                    happened.add(count);
                },
                (thread, thrown) -> happened.add(thrown.getMessage()));
        timer.interrupt(1).onInterrupt(count -> happened.add("edge"));
        board.level.raise();
        assertThat(next()).isEqualTo("not served");
        nothingMore();
        board.edge.pulse();
        assertThat(next()).isEqualTo("edge");
        tick.unmask();
        assertThat(next()).isEqualTo(1L);
    }

    @Test
    void anExceptionOfTheUncaughtExceptionHandlerEndsNothing() throws Exception {
        timer.interrupt(1)
                .onInterrupt(
                        count -> {
                            happened.add(count);
                            throw new IllegalStateException("first");
                        },
                        (thread, thrown) -> {
                            throw new IllegalStateException("second");
                        });
        board.edge.pulse();
        assertThat(next()).isEqualTo(1L);
        board.edge.pulse();
        assertThat(next()).isEqualTo(1L);
    }

    @Test
    void withoutAnotherOneTheThreadsOwnUncaughtExceptionHandlerIsCalled() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        timer.interrupt(2).onInterrupt(count -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> happened.add(thrown.getMessage()));
            ready.countDown();
        });
        board.both.raise();
        assertThat(ready.await(30, TimeUnit.SECONDS)).isTrue();
        timer.interrupt(1).onInterrupt(count -> {
            throw new IllegalStateException("no clock");
        });
        board.edge.pulse();
        assertThat(next()).isEqualTo("no clock");
    }

    @Test
    void aHandlerMayCloseItsInterrupt() throws Exception {
        Interrupt tick = timer.interrupt(0);
        tick.onInterrupt(count -> {
            tick.close();
            happened.add(count);
        });
        board.level.raise();
        assertThat(next()).isEqualTo(1L);
        nothingMore();
        assertThat(timer.interrupt(0).await(Duration.ofSeconds(30)))
                .as("still raised")
                .isOne();
    }

    @Test
    void aHandlerMayCloseTheDevice() throws Exception {
        timer.interrupt(1).onInterrupt(count -> happened.add("edge"));
        timer.interrupt(0)
                .onInterrupt(
                        count -> {
                            timer.close();
                            happened.add("closed");
                        },
                        (thread, thrown) -> happened.add(thrown));
        board.level.raise();
        assertThat(next()).isEqualTo("closed");
        nothingMore();
    }

    @Test
    void closingWaitsForTheHandler() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        timer.interrupt(0)
                .onInterrupt(
                        count -> {
                            running.countDown();
                            mayEnd.await();
                            timer.region(0).read32(0);
                            ended.set(true);
                        },
                        (thread, thrown) -> happened.add(thrown));
        board.level.raise();
        assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(timer::close);
        closer.start();
        closer.join(50);
        assertThat(closer.isAlive()).isTrue();
        mayEnd.countDown();
        closer.join();
        assertThat(ended).isTrue();
        nothingMore();
    }

    @Test
    void theThreadEndsWithTheLastHandlerAndBeginsWithTheNext() throws Exception {
        for (int i = 0; i < 20; i++) {
            Interrupt overflow = timer.interrupt(1);
            overflow.onInterrupt(count -> happened.add(Thread.currentThread()));
            board.edge.pulse();
            Thread thread = (Thread) next();
            overflow.close();
            thread.join(30_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }
}
