// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.irq.Interrupt;
import org.vfio4j.platform.register.Region;
import org.vfio4j.vfio.RegionInfo;

/** Devices that do something behind their registers. */
class DeviceModelTest {
    /** Logs what it is asked, and answers reads with a number made of their place. */
    private static final class Recorder implements DeviceModel {
        private final List<String> log = new ArrayList<>();

        @Override
        public long read(int region, long offset, int width) {
            log.add("read " + region + " " + Long.toHexString(offset) + " " + width);
            return 0xa5a5_a5a5_0000_0000L | region << 16 | offset;
        }

        @Override
        public void write(int region, long offset, int width, long value) {
            log.add("write " + region + " " + Long.toHexString(offset) + " " + width + " " + Long.toHexString(value));
        }

        @Override
        public void reset() {
            log.add("reset");
        }
    }

    private final Recorder recorder = new Recorder();

    private SimulatedBoard board(String device) {
        return SmallTree.builder().readyToUse().model(device, port -> recorder).build();
    }

    private static PlatformDevice open(SimulatedBoard board, String device) throws Exception {
        return PlatformDevice.open(board.syscalls(), board.files(), device);
    }

    @Test
    void everyAccessIsOneCallWithItsPlaceAndWidth() throws Exception {
        try (PlatformDevice flash = open(board(SmallTree.FLASH), SmallTree.FLASH)) {
            Region second = flash.region(1);
            assertThat(second.read32(0x10)).isEqualTo(0x10010);
            assertThat(second.read16(0x2)).isEqualTo((short) 2);
            assertThat(second.read8(0x3)).isEqualTo((byte) 3);
            flash.region(0).write32(0x8, 0xdeadbeef);
            flash.region(2).write8(0xfff, (byte) -1);
            assertThat(recorder.log)
                    .containsExactly(
                            "read 1 10 4", "read 1 2 2", "read 1 3 1", "write 0 8 4 deadbeef", "write 2 fff 1 ff");
        }
    }

    @Test
    void theDeviceCanBeNamedByItsNode() throws Exception {
        try (PlatformDevice flash = open(board("/flash@100000"), SmallTree.FLASH)) {
            assertThat(flash.region(0).read32(4)).isEqualTo(4);
        }
    }

    @Test
    void itsPagesCannotBeMappedAndOthersCan() throws Exception {
        SimulatedBoard board = board(SmallTree.FLASH);
        try (PlatformDevice flash = open(board, SmallTree.FLASH);
                PlatformDevice free = open(board, SmallTree.FREE)) {
            assertThat(flash.regions()).extracting(RegionInfo::isMappable).containsOnly(false);
            assertThat(free.regions()).extracting(RegionInfo::isMappable).containsOnly(true);
        }
    }

    @Test
    void aDeviceWithoutModelIsPlainMemory() throws Exception {
        SimulatedBoard board = board(SmallTree.FLASH);
        try (PlatformDevice uart = open(board, SmallTree.UART)) {
            uart.region(0).write32(0, 7);
            assertThat(uart.region(0).read32(0)).isEqualTo(7);
        }
        assertThat(recorder.log).isEmpty();
    }

    @Test
    void aModelDrivesTheLinesOfItsNodeFromAnyThread() throws Exception {
        List<DevicePort> ports = new ArrayList<>();
        SimulatedBoard board = SmallTree.builder()
                .readyToUse()
                .model(SmallTree.RTC, port -> {
                    ports.add(port);
                    return recorder;
                })
                .build();
        DevicePort port = ports.get(0);
        assertThat(port.node().path()).isEqualTo("/rtc@400000");
        assertThatThrownBy(() -> port.interrupt(1)).isInstanceOf(IllegalArgumentException.class);
        try (PlatformDevice rtc = open(board, SmallTree.RTC)) {
            Interrupt interrupt = rtc.interrupt(0);
            Thread device = new Thread(port.interrupt(0)::raise);
            device.start();
            assertThat(interrupt.await(Duration.ofSeconds(30))).isOne();
            device.join();
        }
    }

    /** vfio_platform_open_device, vfio_platform_close_device and VFIO_DEVICE_RESET of drivers/vfio/platform. */
    @Test
    void theResetFunctionIsCalledBeforeTheFirstAndAfterTheLastUser() throws Exception {
        SimulatedBoard board = SmallTree.builder()
                .readyToUse()
                .resetFunction("test,flash")
                .model(SmallTree.FLASH, port -> recorder)
                .build();
        assertThat(recorder.log).isEmpty();
        try (PlatformDevice flash = open(board, SmallTree.FLASH)) {
            assertThat(recorder.log).containsExactly("reset");
            flash.reset();
            assertThat(recorder.log).hasSize(2);
        }
        assertThat(recorder.log).containsExactly("reset", "reset", "reset");
    }

    @Test
    void withoutResetFunctionItIsNotReset() throws Exception {
        open(board(SmallTree.FLASH), SmallTree.FLASH).close();
        assertThat(recorder.log).isEmpty();
    }

    @Test
    void theDeviceMustBeThere() {
        assertThatThrownBy(() -> board("none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the board has no device 'none'");
    }
}
