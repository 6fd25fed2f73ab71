// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.irq.Interrupt;
import org.vfio4j.platform.irq.Polling;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.Register32;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Interrupts as a driver has them, with the kernel's own trigger; and of the real clock, with its line. */
class InterruptTest extends ConformanceTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final int MANY = 2_000;

    // PL031, ARM DDI 0224: data, match, load, control, interrupt mask set/clear, masked interrupt status, clear.
    private static final Register32 RTCDR = Register32.at(0x00);
    private static final Register32 RTCMR = Register32.at(0x04);
    private static final Register32 RTCCR = Register32.at(0x0c);
    private static final Register32 RTCIMSC = Register32.at(0x10);
    private static final Register32 RTCRIS = Register32.at(0x14);
    private static final Register32 RTCMIS = Register32.at(0x18);
    private static final Register32 RTCICR = Register32.at(0x1c);

    private PlatformDevice open(LabDevice device) throws IOException {
        return PlatformDevice.open(world.linux(), world.files(), device.device);
    }

    @ParameterizedTest
    @EnumSource(
            value = LabDevice.class,
            names = {"SATA", "CRYPTO", "VIRTIO", "RTC"})
    void itFiresOnceAndAgain(LabDevice device) throws Exception {
        try (PlatformDevice opened = open(device)) {
            Interrupt interrupt = opened.interrupt(0);
            assertThat(interrupt.isLevel()).isEqualTo(device.irqs.get(0) == 7);
            assertThat(interrupt.await(Duration.ZERO)).isZero();
            for (int i = 0; i < 3; i++) {
                interrupt.fire();
                assertThat(interrupt.await(LONG)).isOne();
                assertThat(interrupt.await(Duration.ZERO)).isZero();
            }
            assertThat(interrupt.count()).isEqualTo(3);
            assertThat(interrupt.pollingReason()).isEmpty();
        }
    }

    @Test
    void anEdgeIsCountedAndALevelIsThereOrNot() throws Exception {
        try (PlatformDevice virtio = open(LabDevice.VIRTIO);
                PlatformDevice sata = open(LabDevice.SATA)) {
            for (int i = 0; i < 5; i++) {
                virtio.interrupt(0).fire();
                sata.interrupt(0).fire();
            }
            assertThat(virtio.interrupt(0).await(Duration.ZERO)).isEqualTo(5);
            assertThat(sata.interrupt(0).await(Duration.ZERO)).isOne();
        }
    }

    /** The kernel's handler masks the line although nobody listens, and no trigger unmasks it. */
    @Test
    void aLevelThatFiredBeforeAnybodyListenedIsNotDead() throws Exception {
        try (PlatformDevice sata = open(LabDevice.SATA)) {
            sata.device().irqControl(0).fire();
            Interrupt first = sata.interrupt(0);
            first.fire();
            assertThat(first.await(LONG)).isOne();
            first.close();
            Interrupt second = sata.interrupt(0);
            second.fire();
            assertThat(second.await(LONG)).isOne();
        }
    }

    @Test
    void aMaskHoldsUntilItIsTakenAway() throws Exception {
        try (PlatformDevice sata = open(LabDevice.SATA)) {
            Interrupt interrupt = sata.interrupt(0);
            interrupt.mask();
            interrupt.fire();
            assertThat(interrupt.await(SHORT)).isZero();
            interrupt.unmask();
            interrupt.fire();
            assertThat(interrupt.await(LONG)).isOne();
        }
    }

    @Test
    void anEventfdUnmasksInPlaceOfACall() throws Exception {
        try (PlatformDevice sata = open(LabDevice.SATA);
                EventFd resample = EventFd.create(world.linux(), "resample")) {
            Interrupt interrupt = sata.interrupt(0);
            interrupt.unmaskOn(resample);
            for (int i = 0; i < 3; i++) {
                interrupt.fire();
                assertThat(interrupt.await(LONG)).isOne();
                interrupt.fire();
                assertThat(interrupt.await(Duration.ZERO)).as("masked").isZero();
                resample.signal();
            }
            assertThatThrownBy(() -> interrupt.unmaskOn(resample))
                    .isInstanceOfSatisfying(VfioException.class, refused -> {
                        assertThat(refused.step()).isEqualTo(Step.SET_IRQS);
                        assertThat(refused.errno()).isEqualTo(Errno.EBUSY);
                    });
            interrupt.stopUnmaskOn();
        }
    }

    @Test
    void aHandlerIsCalledForEachOfMany() throws Exception {
        BlockingQueue<Long> happened = new LinkedBlockingQueue<>();
        try (PlatformDevice virtio = open(LabDevice.VIRTIO);
                PlatformDevice sata = open(LabDevice.SATA)) {
            virtio.interrupt(0).onInterrupt(happened::add);
            sata.interrupt(0).onInterrupt(happened::add);
            for (int i = 0; i < MANY; i++) {
                virtio.interrupt(0).fire();
                assertThat(happened.poll(30, TimeUnit.SECONDS)).as("edge %d", i).isEqualTo(1);
            }
            int served = 0;
            while (served < MANY) {
                // Nothing happens while the handler has not been followed by the unmasking.
                sata.interrupt(0).fire();
                Long count = happened.poll(1, TimeUnit.MILLISECONDS);
                served += count == null ? 0 : count.intValue();
            }
            assertThat(virtio.interrupt(0).count()).isEqualTo(MANY);
            assertThat(sata.interrupt(0).count()).isGreaterThanOrEqualTo(MANY);
        }
    }

    @Test
    void closingEndsAWaitInAnotherThread() throws Exception {
        PlatformDevice virtio = open(LabDevice.VIRTIO);
        Interrupt interrupt = virtio.interrupt(0);
        CompletableFuture<Long> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return interrupt.await(LONG);
            } catch (VfioException refused) {
                throw new CompletionException(refused);
            }
        });
        Thread.sleep(SHORT.toMillis());
        virtio.close();
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(IllegalStateException.class);
    }

    /** Neither by a wait nor by the thread that calls handlers; but the simulated kernel is made of objects. */
    @Test
    void nothingIsAllocatedForAnInterrupt() throws Exception {
        world.needsRealDevices();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (PlatformDevice sata = open(LabDevice.SATA);
                PlatformDevice virtio = open(LabDevice.VIRTIO)) {
            Interrupt waited = sata.interrupt(0);
            fireAndWait(waited);
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            fireAndWait(waited);
            long allocated =
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            assertThat(allocated).as("bytes of the thread that waits").isLessThan(MANY);

            AtomicLong thread = new AtomicLong();
            Interrupt handled = virtio.interrupt(0);
            handled.onInterrupt(count -> thread.set(Thread.currentThread().getId()));
            fireAndSeeHandled(handled);
            before = threads.getThreadAllocatedBytes(thread.get());
            fireAndSeeHandled(handled);
            allocated = threads.getThreadAllocatedBytes(thread.get()) - before;
            assertThat(allocated).as("bytes of the thread that calls handlers").isLessThan(MANY);
        }
    }

    private static void fireAndWait(Interrupt interrupt) throws VfioException {
        for (int i = 0; i < MANY; i++) {
            // Unmasks it, so that it can fire.
            interrupt.await(Duration.ZERO);
            interrupt.fire();
            if (interrupt.await(LONG) != 1) {
                throw new AssertionError("interrupt " + i + " did not come");
            }
        }
    }

    private static void fireAndSeeHandled(Interrupt interrupt) throws VfioException {
        for (int i = 0; i < MANY; i++) {
            long before = interrupt.count();
            interrupt.fire();
            long end = System.nanoTime() + LONG.toNanos();
            while (interrupt.count() == before) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("interrupt " + i + " was not handled");
                }
                Thread.onSpinWait();
            }
        }
    }

    /** The GPIO controller's own driver chained its handler, and the line cannot be had any more. */
    @Test
    void aLineThatLinuxRefusesIsPolled() throws Exception {
        try (PlatformDevice gpio = open(LabDevice.GPIO)) {
            assertThatThrownBy(() -> gpio.interrupt(0)).isInstanceOfSatisfying(VfioException.class, refused -> {
                assertThat(refused.step()).isEqualTo(Step.REQUEST_IRQ);
                assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
            });
            Interrupt polled = gpio.interrupt(0, Polling.every(Duration.ofMillis(1), () -> true));
            assertThat(polled.pollingReason()).map(VfioException::errno).hasValue(Errno.EINVAL);
            assertThat(polled.await(LONG)).isOne();
        }
    }

    @Test
    void itIsFoundByItsNode() throws Exception {
        try (PlatformDevice sata = open(LabDevice.SATA)) {
            assertThat(sata.interruptIndex(LabDevice.SATA.node, 0)).isZero();
            assertThatThrownBy(() -> sata.interrupt("alarm"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("IRQ 0 from interrupts[0] of " + LabDevice.SATA.node);
        }
    }

    /** A level of a real device: asserted from when the clock reaches the match until it is cleared. */
    @Test
    void theAlarmOfTheClock() throws Exception {
        world.needsRealDevices();
        try (PlatformDevice rtc = open(LabDevice.RTC)) {
            Region registers = rtc.region(0);
            Interrupt alarm = rtc.interrupt(0);
            RTCCR.write(registers, 1);
            RTCICR.write(registers, 1);
            for (int i = 0; i < 2; i++) {
                RTCMR.write(registers, RTCDR.read(registers) + 1);
                RTCIMSC.write(registers, 1);
                assertThat(alarm.await(LONG)).isOne();
                assertThat(RTCMIS.read(registers)).isOne();
                assertThat(alarm.await(LONG))
                        .as("not served: unmasked, it fires again")
                        .isOne();
                RTCICR.write(registers, 1);
                assertThat(RTCRIS.read(registers)).isZero();
                assertThat(alarm.await(SHORT)).as("served").isZero();
            }
            RTCIMSC.write(registers, 0);
        }
    }

    /** The line is asserted before anybody has a trigger for it, and when a handler comes and goes. */
    @Test
    void anAlarmThatWentOffBeforeAnybodyListened() throws Exception {
        world.needsRealDevices();
        BlockingQueue<Long> happened = new LinkedBlockingQueue<>();
        try (PlatformDevice rtc = open(LabDevice.RTC)) {
            Region registers = rtc.region(0);
            RTCCR.write(registers, 1);
            RTCICR.write(registers, 1);
            RTCIMSC.write(registers, 1);
            RTCMR.write(registers, RTCDR.read(registers) + 1);
            RTCRIS.awaitBits(registers, 1, 1, LONG);
            Interrupt first = rtc.interrupt(0);
            assertThat(first.await(LONG)).isOne();
            first.close();
            Interrupt second = rtc.interrupt(0);
            second.onInterrupt(count -> {
                RTCICR.write(registers, 1);
                happened.add(count);
            });
            assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(happened.poll(SHORT.toMillis(), TimeUnit.MILLISECONDS)).isNull();
            RTCMR.write(registers, RTCDR.read(registers) + 1);
            assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo(1);
            RTCIMSC.write(registers, 0);
        }
    }
}
