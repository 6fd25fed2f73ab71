// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** What happens where Linux could not request the line, which another device's driver has. */
@Timeout(60)
class PollingTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final IrqBoard board = new IrqBoard();
    private final BlockingQueue<Object> happened = new LinkedBlockingQueue<>();
    private final List<LogRecord> logged = new ArrayList<>();
    private final Logger logger = Logger.getLogger(Interrupt.class.getPackageName());
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private PlatformDevice timer;
    private PlatformDevice rival;
    private Interrupt polled;

    @BeforeEach
    void open() throws Exception {
        logger.addHandler(recorder);
        logger.setUseParentHandlers(false);
        timer = board.open(IrqBoard.TIMER);
        rival = board.open(IrqBoard.RIVAL);
        polled = rival.interrupt(0, Polling.every(Duration.ofMillis(1), board.level::isRaised));
    }

    @AfterEach
    void close() {
        logger.removeHandler(recorder);
        logger.setUseParentHandlers(true);
        rival.close();
        timer.close();
        assertThat(board.board.openDescriptors().values()).doesNotContain(IrqBoard.RIVAL);
    }

    @Test
    void theReasonIsKeptAndLogged() {
        assertThat(polled.pollingReason()).hasValueSatisfying(reason -> {
            assertThat(reason.step()).isEqualTo(Step.REQUEST_IRQ);
            assertThat(reason.errno()).isEqualTo(Errno.EBUSY);
        });
        assertThat(logged).singleElement().satisfies(entry -> {
            assertThat(entry.getLevel()).isEqualTo(Level.WARNING);
            assertThat(entry.getMessage())
                    .startsWith(
                            "101000.rival IRQ 0 is polled every PT0.001S: request of IRQ 101000.rival IRQ 0: EBUSY");
        });
        assertThat(polled).hasToString("101000.rival IRQ 0 (level, polled)");
        assertThat(polled.eventFd()).isEmpty();
    }

    @Test
    void aLineThatTheKernelHasIsNotPolled() throws Exception {
        Interrupt tick = timer.interrupt(0, Polling.every(Duration.ofMillis(1), () -> {
            throw new AssertionError("looked");
        }));
        assertThat(tick.pollingReason()).isEmpty();
        board.level.raise();
        assertThat(tick.await(LONG)).isOne();
        assertThat(logged).hasSize(1);
    }

    @Test
    void itFiresWhileTheDeviceIsPending() throws Exception {
        assertThat(polled.await(Duration.ZERO)).isZero();
        assertThat(polled.await(Duration.ofMillis(5))).isZero();
        CompletableFuture.runAsync(board.level::raise, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
        assertThat(polled.await(LONG)).isOne();
        assertThat(polled.await(LONG)).as("not served").isOne();
        board.level.lower();
        assertThat(polled.await(Duration.ofMillis(5))).isZero();
        assertThat(polled.count()).isEqualTo(2);
    }

    @Test
    void aMaskHolds() throws Exception {
        board.level.raise();
        polled.mask();
        assertThat(polled.await(Duration.ofMillis(5))).isZero();
        polled.unmask();
        assertThat(polled.await(LONG)).isOne();
    }

    @Test
    void aHandlerIsCalled() throws Exception {
        polled.onInterrupt(count -> {
            board.level.lower();
            happened.add(count);
        });
        for (int i = 0; i < 5; i++) {
            board.level.raise();
            assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo(1L);
        }
        assertThat(happened.poll(20, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void afterAnExceptionTheHandlerIsCalledAgainWhenItIsUnmasked() throws Exception {
        polled.onInterrupt(
                count -> {
                    throw new IllegalStateException("not served");
                },
                (thread, thrown) -> happened.add(thrown.getMessage()));
        board.level.raise();
        assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo("not served");
        assertThat(happened.poll(20, TimeUnit.MILLISECONDS)).isNull();
        polled.unmask();
        assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo("not served");
    }

    @Test
    void anExceptionOfTheLookIsTheCallersOrEndsTheHandler() throws Exception {
        polled.close();
        Interrupt failing = rival.interrupt(0, Polling.every(Duration.ofMillis(1), () -> {
            throw new IllegalStateException("no clock");
        }));
        assertThatThrownBy(() -> failing.await(LONG)).hasMessage("no clock");
        failing.onInterrupt(happened::add, (thread, thrown) -> happened.add(thrown.getMessage()));
        assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo("no clock");
        assertThat(happened.poll(20, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void whatOnlyTheKernelCanDoIsRefusedWithTheReason() throws Exception {
        assertThatThrownBy(polled::fire)
                .isInstanceOfSatisfying(
                        VfioException.class,
                        refused -> assertThat(refused.step()).isEqualTo(Step.REQUEST_IRQ));
        try (EventFd resample = EventFd.create(board.board.syscalls(), "resample")) {
            assertThatThrownBy(() -> polled.unmaskOn(resample)).isInstanceOf(VfioException.class);
        }
        assertThatThrownBy(polled::stopUnmaskOn).isInstanceOf(VfioException.class);
    }

    @Test
    void closingEndsAWait() throws Exception {
        polled.close();
        Interrupt slow = rival.interrupt(0, Polling.every(Duration.ofDays(1), () -> false));
        CompletableFuture<Object> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return slow.await(Duration.ofDays(1));
            } catch (VfioException refused) {
                return refused;
            }
        });
        Thread.sleep(20);
        slow.close();
        assertThatThrownBy(waiting::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("101000.rival IRQ 0 is closed");
    }

    @Test
    void anInterruptionOfTheThreadDoesNotEndAWait() throws Exception {
        Thread.currentThread().interrupt();
        assertThat(polled.await(Duration.ofMillis(10))).isZero();
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void anIntervalIsMoreThanZero(long nanos) {
        assertThatThrownBy(() -> Polling.every(Duration.ofNanos(nanos), () -> false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected an interval of more than 0, got PT");
    }
}
