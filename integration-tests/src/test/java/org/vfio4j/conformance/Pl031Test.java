// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.platform.Binding;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.irq.Interrupt;
import org.vfio4j.samples.pl031.Pl031;

/**
 * The driver of the clock on the real one, on the bus that it is on: the AMBA bus, or the platform bus where the machine's
 * tree says so. The second machine is one of its own, so the property {@code vfio4j.clock-bus} says which bus is expected.
 */
@Timeout(60)
class Pl031Test {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final World world = World.unbound();
    private Binding binding;
    private PlatformDevice device;
    private Pl031 clock;

    @BeforeEach
    void open() throws IOException {
        world.needsRealDevices();
        PlatformBus machine = new PlatformBus(world.files());
        SysfsDevice entry = machine.find(LabDevice.RTC.device);
        String bus = entry.bus() == Bus.AMBA ? "amba" : "platform";
        assertThat(bus).isEqualTo(System.getProperty("vfio4j.clock-bus", "amba"));
        binding = machine.bind(entry);
        device = PlatformDevice.open(world.linux(), world.files(), entry.name());
        assertThat(device.entry().driver()).contains("vfio-" + bus);
        clock = Pl031.of(device);
    }

    @AfterEach
    void close() throws IOException {
        if (device != null) {
            device.close();
        }
        if (binding != null) {
            binding.close();
        }
    }

    @Test
    void theTimeGoesOn() throws InterruptedException {
        Instant first = clock.time();
        assertThat(first).as("QEMU's clock is the host's").isAfter(Instant.parse("2026-01-01T00:00:00Z"));
        Thread.sleep(1100);
        assertThat(clock.time()).isBetween(first.plusSeconds(1), first.plusSeconds(20));
    }

    @Test
    void theTimeCanBeSet() {
        Instant before = clock.time();
        Instant leapDay = Instant.parse("2096-02-29T00:00:00Z");
        clock.setTime(leapDay);
        assertThat(clock.time()).isBetween(leapDay, leapDay.plusSeconds(20));
        clock.setTime(before);
        assertThat(clock.time()).isBetween(before, before.plusSeconds(20));
    }

    @Test
    void theAlarmGoesOffAtItsSecond() throws IOException {
        Instant at = clock.time().plusSeconds(2);
        clock.setAlarm(at);
        assertThat(clock.awaitAlarm(LONG)).isTrue();
        assertThat(clock.time()).isBetween(at, at.plusSeconds(5));
        assertThat(clock.awaitAlarm(SHORT)).isFalse();
    }

    @Test
    void theLineFiresAgainUntilTheDeviceIsCleared() throws IOException {
        clock.setAlarm(clock.time().plusSeconds(1));
        Interrupt line = device.interrupt(0);
        assertThat(line.isLevel()).isTrue();
        assertThat(line.await(LONG)).isOne();
        for (int i = 0; i < 100; i++) {
            assertThat(line.await(LONG)).as("await %d", i).isOne();
        }
        clock.cancelAlarm();
        assertThat(line.await(SHORT)).isZero();
        assertThat(line.count()).isEqualTo(101);
    }
}
