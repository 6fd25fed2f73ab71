// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.IrqControl;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** When an interrupt fires, what masks it and what unmasks it: drivers/vfio/platform/vfio_platform_irq.c. */
@Timeout(60)
class InterruptTest {
    private static final Duration NOT_AT_ALL = Duration.ZERO;
    private static final Duration LONG = Duration.ofSeconds(30);

    private final IrqBoard board = new IrqBoard();
    private PlatformDevice timer;

    @BeforeEach
    void open() throws IOException {
        timer = board.open(IrqBoard.TIMER);
    }

    @AfterEach
    void closeAndLookForLeaks() {
        timer.close();
        assertThat(board.board.openDescriptors()).isEmpty();
    }

    @Test
    void itIsALevelOrAnEdgeAsTheKernelSays() throws Exception {
        assertThat(timer.interrupt(0).isLevel()).isTrue();
        assertThat(timer.interrupt(1).isLevel()).isFalse();
        assertThat(timer.interrupt(0).name()).isEqualTo("100000.timer IRQ 0");
        assertThat(timer.interrupt(0)).hasToString("100000.timer IRQ 0 (level)");
    }

    @Test
    void eachEdgeCounts() throws Exception {
        Interrupt overflow = timer.interrupt(1);
        for (int i = 0; i < 5; i++) {
            board.edge.pulse();
        }
        assertThat(overflow.await(NOT_AT_ALL)).isEqualTo(5);
        assertThat(overflow.await(NOT_AT_ALL)).isZero();
        assertThat(overflow.count()).isEqualTo(5);
    }

    @Test
    void ofALineWithBothEdgesBothCount() throws Exception {
        Interrupt both = timer.interrupt(2);
        board.both.raise();
        board.both.raise();
        assertThat(both.await(NOT_AT_ALL)).isOne();
        board.both.lower();
        assertThat(both.await(NOT_AT_ALL)).isOne();
    }

    @Test
    void edgesThatCameBeforeItWasEnabledAreOne() throws Exception {
        board.edge.pulse();
        board.edge.pulse();
        assertThat(timer.interrupt(1).await(NOT_AT_ALL)).isOne();
    }

    @Test
    void aLevelThatWasNotServedFiresAgain() throws Exception {
        Interrupt tick = timer.interrupt(0);
        board.level.raise();
        assertThat(tick.await(LONG)).isOne();
        assertThat(tick.await(LONG)).as("still raised").isOne();
        board.level.lower();
        assertThat(tick.await(NOT_AT_ALL))
                .as("unmasking comes before the wait, and after it the line is lower")
                .isZero();
        board.level.raise();
        assertThat(tick.await(LONG)).isOne();
        assertThat(tick.count()).isEqualTo(3);
    }

    @Test
    void aLevelStaysMaskedUntilTheNextAwait() throws Exception {
        Interrupt tick = timer.interrupt(0);
        board.level.raise();
        assertThat(tick.await(LONG)).isOne();
        board.level.lower();
        board.level.raise();
        board.level.lower();
        assertThat(tick.await(NOT_AT_ALL))
                .as("what came and went while it was masked is nothing")
                .isZero();
    }

    @Test
    void unmaskingByHandComesBeforeTheNextAwait() throws Exception {
        Interrupt tick = timer.interrupt(0);
        board.level.raise();
        assertThat(tick.await(LONG)).isOne();
        tick.unmask();
        board.level.lower();
        assertThat(tick.await(NOT_AT_ALL)).as("it fired when it was unmasked").isOne();
    }

    @Test
    void aMaskHoldsUntilItIsTakenAway() throws Exception {
        Interrupt tick = timer.interrupt(0);
        tick.mask();
        board.level.raise();
        assertThat(tick.await(NOT_AT_ALL)).isZero();
        assertThat(tick.await(NOT_AT_ALL)).as("waiting does not unmask it").isZero();
        tick.unmask();
        assertThat(tick.await(LONG)).isOne();
    }

    @Test
    void anEdgeHasNoMask() throws Exception {
        Interrupt overflow = timer.interrupt(1);
        assertThatThrownBy(overflow::mask)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("100000.timer IRQ 1 is edge-triggered, which cannot be masked; disable it in the device");
        assertThatThrownBy(overflow::unmask).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(overflow::stopUnmaskOn).isInstanceOf(UnsupportedOperationException.class);
    }

    /** The kernel masks a line that fires without a trigger, and keeps it masked when the trigger comes. */
    @Test
    void aLevelThatWasMaskedBeforeAnybodyListenedFires() throws Exception {
        timer.device().irqControl(0).fire();
        Interrupt tick = timer.interrupt(0);
        board.level.raise();
        assertThat(tick.await(LONG)).isOne();
    }

    /** The mask outlasts the trigger: an interrupt that nobody took before the listener changed. */
    @Test
    void aLevelThatFiredForAFormerListenerFires() throws Exception {
        Interrupt former = timer.interrupt(0);
        board.level.raise();
        former.close();
        Interrupt tick = timer.interrupt(0);
        assertThat(tick).isNotSameAs(former);
        assertThat(tick.await(LONG)).isOne();
    }

    @Test
    void aLevelThatWasRaisedBeforeItWasOpenedFires() throws Exception {
        board.level.raise();
        assertThat(timer.interrupt(0).await(LONG)).isOne();
    }

    @Test
    void itIsEnabledOnlyWhileItIsOpen() throws Exception {
        Interrupt tick = timer.interrupt(0);
        tick.close();
        tick.close();
        board.level.raise();
        assertThat(tick.isClosed()).isTrue();
        assertThatThrownBy(() -> tick.await(NOT_AT_ALL))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("100000.timer IRQ 0 is closed");
        assertThatThrownBy(() -> tick.onInterrupt(count -> {})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(tick::fire).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(tick::unmask).isInstanceOf(IllegalStateException.class);
        assertThat(tick).hasToString("100000.timer IRQ 0 (level, closed)");
    }

    @Test
    void closingTheDeviceClosesItsInterrupts() throws Exception {
        Interrupt tick = timer.interrupt(0);
        Interrupt overflow = timer.interrupt(1);
        timer.close();
        assertThat(tick.isClosed()).isTrue();
        assertThat(overflow.isClosed()).isTrue();
        assertThatThrownBy(() -> timer.interrupt(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void itIsOneObjectWhileItIsOpen() throws Exception {
        assertThat(timer.interrupt(0)).isSameAs(timer.interrupt(0)).isNotSameAs(timer.interrupt(1));
        assertThatThrownBy(() -> timer.interrupt(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> timer.interrupt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void itIsFoundByNameAndByNode() throws Exception {
        assertThat(timer.interrupt("overflow")).isSameAs(timer.interrupt(1));
        assertThat(timer.interruptIndex("/timer@100000", 2)).isEqualTo(2);
        assertThatThrownBy(() -> timer.interrupt("tock"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected an interrupt of the name tock")
                .hasMessageContaining("IRQ 0 \"tick\" from interrupts[0] of /timer@100000");
        assertThatThrownBy(() -> timer.interruptIndex("/timer@100000", 3))
                .hasMessageContaining("expected interrupt 3 of /timer@100000");
    }

    @Test
    void aProgramFiresItForATest() throws Exception {
        Interrupt tick = timer.interrupt(0);
        Interrupt overflow = timer.interrupt(1);
        tick.fire();
        tick.fire();
        overflow.fire();
        overflow.fire();
        assertThat(tick.await(NOT_AT_ALL)).as("masked by the first").isOne();
        assertThat(overflow.await(NOT_AT_ALL)).isEqualTo(2);
    }

    /** As KVM does it: takes the trigger, and signals the other eventfd when the guest has served the device. */
    @Test
    void aVirtualMachineUnmasksWithAnEventfd() throws Exception {
        timer.device().irqControl(0).fire();
        Interrupt tick = timer.interrupt(0);
        EventFd trigger = tick.eventFd().orElseThrow();
        try (EventFd resample = EventFd.create(board.board.syscalls(), "resample")) {
            tick.unmaskOn(resample);
            board.level.raise();
            assertThat(trigger.await(LONG)).isOne();
            assertThat(trigger.take()).as("masked").isZero();
            resample.signal();
            assertThat(trigger.await(LONG)).as("still raised").isOne();
            assertThat(resample.take()).as("the kernel takes the count").isZero();
            assertThatThrownBy(() -> tick.unmaskOn(resample)).isInstanceOfSatisfying(VfioException.class, refused -> {
                assertThat(refused.step()).isEqualTo(Step.SET_IRQS);
                assertThat(refused.subject()).isEqualTo("100000.timer IRQ 0 unmask eventfd");
                assertThat(refused.meaning()).contains("an eventfd for this action already");
            });
            tick.stopUnmaskOn();
            resample.signal();
            assertThat(trigger.take()).as("nobody listens").isZero();
            assertThat(tick.await(LONG)).as("unmasked by the wait again").isOne();
        }
    }

    @Test
    void aWaitDoesNotUnmaskWhatAnEventfdUnmasks() throws Exception {
        Interrupt tick = timer.interrupt(0);
        try (EventFd resample = EventFd.create(board.board.syscalls(), "resample")) {
            tick.unmaskOn(resample);
            board.level.raise();
            assertThat(tick.await(LONG)).isOne();
            assertThat(tick.await(NOT_AT_ALL)).isZero();
            resample.signal();
            assertThat(tick.await(LONG)).isOne();
        }
    }

    @Test
    void aWaitEndsWithTheTime() throws Exception {
        long start = System.nanoTime();
        assertThat(timer.interrupt(1).await(Duration.ofMillis(20))).isZero();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
    }

    @Test
    void anInterruptionOfTheThreadDoesNotEndAWait() throws Exception {
        Interrupt overflow = timer.interrupt(1);
        Thread.currentThread().interrupt();
        assertThat(overflow.await(Duration.ofMillis(20))).isZero();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void theLineOfAnotherDriverIsRefusedWithTheRemedy() throws Exception {
        try (PlatformDevice rival = board.open(IrqBoard.RIVAL)) {
            IrqControl control = rival.device().irqControl(0);
            assertThat(control.requestError())
                    .hasValueSatisfying(error -> assertThat(error.step()).isEqualTo(Step.REQUEST_IRQ));
            assertThat(timer.device().irqControl(0).requestError()).isEmpty();
            assertThatThrownBy(() -> rival.interrupt(0))
                    .isInstanceOf(VfioException.class)
                    .hasMessage("request of IRQ 101000.rival IRQ 0: EBUSY (another driver has the interrupt line, and"
                            + " VFIO does not share it). Remedy: unbind the driver that /proc/interrupts shows for it, or"
                            + " poll the device.");
        }
    }
}
