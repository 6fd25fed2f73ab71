// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl031;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.irq.Interrupt;
import org.vfio4j.platform.sim.SimulatedBoard;

@Timeout(60)
class Pl031Test {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Instant START = Instant.parse("2040-02-29T12:00:00Z");

    private Pl031Model model;
    private PlatformDevice device;
    private Pl031 clock;

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
                            rtc@9010000 {
                                compatible = "arm,pl031", "arm,primecell";
                                arm,primecell-periphid = <0x00141031>;
                                reg = <0x9010000 0x1000>;
                                interrupts = <0 2 4>;
                            };
                        };
                        """))
                .model("9010000.rtc", port -> model = new Pl031Model(port))
                .readyToUse()
                .build();
        device = PlatformDevice.open(board.syscalls(), board.files(), "9010000.rtc");
        clock = Pl031.of(device);
        clock.setTime(START);
    }

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void theTimeGoesOn() {
        assertThat(clock.time()).isEqualTo(START);
        model.tick();
        assertThat(clock.time()).isEqualTo(START.plusSeconds(1));
    }

    @Test
    void theCounterIsUnsigned() {
        Instant last = Instant.parse("2106-02-07T06:28:15Z");
        clock.setTime(last);
        assertThat(clock.time()).isEqualTo(last);
        assertThatThrownBy(() -> clock.setTime(last.plusSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a time from 1970 to 2106");
        assertThatThrownBy(() -> clock.setTime(Instant.EPOCH.minusSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theAlarmGoesOffAtItsSecondAndOnce() throws IOException {
        clock.setAlarm(START.plusSeconds(2));
        model.tick();
        assertThat(clock.awaitAlarm(SHORT)).isFalse();
        model.tick();
        assertThat(clock.awaitAlarm(LONG)).isTrue();
        assertThat(clock.awaitAlarm(SHORT)).isFalse();
    }

    @Test
    void theNextAlarmGoesOffToo() throws IOException {
        for (int i = 1; i <= 3; i++) {
            clock.setAlarm(START.plusSeconds(i));
            model.tick();
            assertThat(clock.awaitAlarm(LONG)).isTrue();
        }
        assertThat(device.interrupt(0).count()).isEqualTo(3);
    }

    @Test
    void anAlarmThatIsNotToComeIsRefused() {
        assertThatThrownBy(() -> clock.setAlarm(START))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it is 2040-02-29T12:00:00Z");
    }

    @Test
    void aCancelledAlarmDoesNotGoOff() throws IOException {
        clock.setAlarm(START.plusSeconds(1));
        clock.cancelAlarm();
        model.tick();
        assertThat(clock.awaitAlarm(SHORT)).isFalse();
    }

    /** The kernel has counted an interrupt, and the device says that it was cleared since. */
    @Test
    void anAlarmThatWentOffAndWasReplacedIsForgotten() throws IOException {
        clock.setAlarm(START.plusSeconds(1));
        model.tick();
        clock.setAlarm(START.plusSeconds(3));
        assertThat(clock.awaitAlarm(SHORT)).isFalse();
        model.tick();
        model.tick();
        assertThat(clock.awaitAlarm(LONG)).isTrue();
    }

    @Test
    void theAlarmIsClearedAtTheDevice() throws IOException {
        clock.setAlarm(START.plusSeconds(1));
        model.tick();
        assertThat(model.isMatched()).isTrue();
        assertThat(clock.awaitAlarm(LONG)).isTrue();
        assertThat(model.isMatched()).isFalse();
    }

    /** What makes a level different from an edge: it fires as long as the device drives the line. */
    @Test
    void theLineFiresAgainUntilTheDeviceIsCleared() throws IOException {
        clock.setAlarm(START.plusSeconds(1));
        model.tick();
        Interrupt line = device.interrupt(0);
        assertThat(line.isLevel()).isTrue();
        assertThat(line.await(LONG)).isOne();
        assertThat(line.await(LONG)).isOne();
        clock.cancelAlarm();
        assertThat(line.await(SHORT)).isZero();
    }

    @Test
    void anAlarmOfAnEarlierUserIsGone() throws IOException {
        clock.setAlarm(START.plusSeconds(1));
        model.tick();
        device.interrupt(0).close();
        assertThat(Pl031.of(device).awaitAlarm(SHORT)).isFalse();
    }
}
