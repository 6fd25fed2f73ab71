// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl061;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.SimulatedBoard;

@Timeout(60)
class Pl061Test {
    private static final int KEY = 3;
    private static final long SHORT_MILLIS = 50;

    private Pl061Model model;
    private PlatformDevice device;
    private Pl061 gpio;
    /** What was seen by the handler, in this order. */
    private final BlockingQueue<Boolean> seen = new LinkedBlockingQueue<>();

    @BeforeEach
    void open() throws IOException {
        SimulatedBoard board = SimulatedBoard.builder(DtsReader.read("""
                        /dts-v1/;
                        / {
                            #address-cells = <1>;
                            #size-cells = <1>;
                            interrupt-parent = <&gic>;
                            gic: interrupt-controller {
                                interrupt-controller;
                                #interrupt-cells = <3>;
                                compatible = "arm,gic-v3";
                            };
                            gpio@9030000 {
                                compatible = "arm,pl061", "arm,primecell";
                                arm,primecell-periphid = <0x00041061>;
                                reg = <0x9030000 0x1000>;
                                interrupts = <0 7 4>;
                            };
                        };
                        """))
                .model("9030000.gpio", port -> model = new Pl061Model(port))
                .readyToUse()
                .build();
        device = PlatformDevice.open(board.syscalls(), board.files(), "9030000.gpio");
        gpio = Pl061.of(device);
    }

    @AfterEach
    void close() {
        gpio.close();
        device.close();
    }

    private void watch(Trigger trigger) {
        Line key = gpio.line(KEY);
        key.onInterrupt(trigger, () -> seen.add(key.isHigh()));
    }

    /** Waits for the handler, so that the next change of the line is another interrupt. */
    private void input(boolean high, boolean fires) throws InterruptedException {
        model.input(KEY, high);
        if (fires) {
            assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(high);
        } else {
            assertThat(seen.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void aLineIsReadAlone() {
        for (int number = 0; number < Pl061.LINES; number++) {
            model.input(number, number % 3 == 0);
        }
        for (int number = 0; number < Pl061.LINES; number++) {
            assertThat(gpio.line(number).isHigh()).as("line %d", number).isEqualTo(number % 3 == 0);
        }
    }

    @Test
    void aLineIsDrivenAlone() {
        gpio.line(0).output(true);
        gpio.line(7).output(true);
        gpio.line(1).output(false);
        assertThat(model.isDriven(0, true)).isTrue();
        assertThat(model.isDriven(7, true)).isTrue();
        assertThat(model.isDriven(1, false)).isTrue();
        gpio.line(0).output(false);
        assertThat(model.isDriven(0, false)).isTrue();
        assertThat(model.isDriven(7, true)).isTrue();
        gpio.line(7).input();
        assertThat(gpio.line(7).isOutput()).isFalse();
        assertThat(gpio.line(0).isOutput()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"RISING, true, false", "FALLING, false, true", "BOTH, true, true"})
    void edges(Trigger trigger, boolean rising, boolean falling) throws InterruptedException {
        watch(trigger);
        for (int i = 0; i < 3; i++) {
            input(true, rising);
            input(false, falling);
        }
        assertThat(seen).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"RISING", "BOTH"})
    void anEdgeIsSeenAlsoIfTheLineIsBack(Trigger trigger) throws InterruptedException {
        Line key = gpio.line(KEY);
        key.onInterrupt(trigger, () -> seen.add(true));
        model.input(KEY, true);
        model.input(KEY, false);
        assertThat(seen.poll(30, TimeUnit.SECONDS)).isTrue();
    }

    /** The line is cleared before the handler, or an edge that comes while it runs would be cleared with the one before. */
    @Test
    void anEdgeWhileTheHandlerRunsIsNotLost() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        gpio.line(KEY).onInterrupt(Trigger.RISING, () -> {
            if (calls.getAndIncrement() == 0) {
                model.input(KEY, false);
                model.input(KEY, true);
            }
            seen.add(true);
        });
        model.input(KEY, true);
        assertThat(seen.poll(30, TimeUnit.SECONDS)).isTrue();
        assertThat(seen.poll(30, TimeUnit.SECONDS)).isTrue();
        assertThat(seen.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"HIGH, true", "LOW, false"})
    void aLevelInterruptsUntilItEnds(Trigger trigger, boolean level) throws InterruptedException {
        model.input(KEY, !level);
        watch(trigger);
        assertThat(seen.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)).isNull();
        model.input(KEY, level);
        for (int i = 0; i < 10; i++) {
            assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(level);
        }
        model.input(KEY, !level);
        Thread.sleep(SHORT_MILLIS);
        seen.clear();
        assertThat(seen.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void aLevelThatIsThereAlreadyInterrupts() throws InterruptedException {
        model.input(KEY, true);
        watch(Trigger.HIGH);
        assertThat(seen.poll(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anEdgeOfBeforeDoesNotInterrupt() throws InterruptedException {
        model.input(KEY, true);
        model.input(KEY, false);
        watch(Trigger.BOTH);
        assertThat(seen.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void whatWasALevelIsNoEdge() throws InterruptedException {
        gpio.line(KEY).onInterrupt(Trigger.HIGH, () -> {});
        watch(Trigger.RISING);
        assertThat(seen.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)).isNull();
        input(true, true);
    }

    @Test
    void aHandlerCanEndTheInterruptsOfItsLine() throws InterruptedException {
        Line key = gpio.line(KEY);
        key.onInterrupt(Trigger.HIGH, () -> {
            seen.add(true);
            key.noInterrupts();
        });
        model.input(KEY, true);
        assertThat(seen.poll(30, TimeUnit.SECONDS)).isTrue();
        assertThat(seen.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void theHandlerOfTheOtherLineIsNotCalled() throws InterruptedException {
        BlockingQueue<Integer> lines = new LinkedBlockingQueue<>();
        gpio.line(2).onInterrupt(Trigger.RISING, () -> lines.add(2));
        gpio.line(5).onInterrupt(Trigger.RISING, () -> lines.add(5));
        model.input(5, true);
        assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo(5);
        model.input(2, true);
        assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(lines).isEmpty();
    }

    @Test
    void closedItInterruptsNoMore() {
        watch(Trigger.HIGH);
        gpio.close();
        assertThat(model.unmasked()).isZero();
    }

    @Test
    void thereAreEightLines() {
        assertThatThrownBy(() -> gpio.line(8)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
