// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.RegisterAccess;
import org.vfio4j.samples.virtio.model.Behaviour;
import org.vfio4j.samples.virtio.model.EntropyFunction;
import org.vfio4j.samples.virtio.model.VirtioBoard;
import org.vfio4j.samples.virtio.model.VirtioBoard.Kind;

/** How device and driver come to terms: section 3.1. */
class OpeningTest {
    private static final int ENTROPY = 4;
    private static final Waiting SHORT = Waiting.forInterrupts(Duration.ofMillis(100));

    private static VirtioBoard board(Kind kind) {
        return new VirtioBoard(kind, new EntropyFunction(16));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aDeviceIsResetThenAcknowledgedThenStartedAndResetInTheEnd(Kind kind) throws Exception {
        VirtioBoard board = board(kind);
        int acknowledgedAndDriver = 1 | 2;
        int featuresOk = kind == Kind.LEGACY ? 0 : 8;
        int driverOk = 4;
        try (PlatformDevice platform = board.open()) {
            try (VirtioDevice device = VirtioDevice.open(platform, ENTROPY, 0, SHORT)) {
                assertThat(board.model().status()).isEqualTo(acknowledgedAndDriver | featuresOk);
                device.queue(0);
                device.start();
                assertThat(board.model().status()).isEqualTo(acknowledgedAndDriver | featuresOk | driverOk);
                assertThat(board.model().resets()).isOne();
            }
            assertThat(board.model().resets()).isEqualTo(2);
            assertThat(board.model().status()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"MODERN_WITH_IOMMU,0x300000000", "MODERN_WITHOUT_IOMMU,0x100000000", "LEGACY,0"})
    void onlyFeaturesAreTakenThatBothKnow(Kind kind, long expected) throws Exception {
        VirtioBoard board = board(kind);
        try (PlatformDevice platform = board.open();
                VirtioDevice device = VirtioDevice.open(platform, ENTROPY, 1 << 5, SHORT)) {
            assertThat(board.model().driverFeatures()).isEqualTo(expected);
            assertThat(device.has(1 << 5)).isFalse();
            assertThat(device.has(Features.VERSION_1)).isEqualTo(kind != Kind.LEGACY);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void behindAnIommuThatTheDeviceDoesNotUseItIsRefused(int version) throws Exception {
        VirtioBoard board = VirtioBoard.withBypassedIommu(version, new EntropyFunction(16));
        try (PlatformDevice platform = board.open()) {
            assertThatThrownBy(() -> VirtioDevice.open(platform, ENTROPY, 0, SHORT))
                    .isExactlyInstanceOf(VirtioException.class)
                    .hasMessageContaining("VIRTIO_F_ACCESS_PLATFORM");
            assertThat(board.model().status() & 128).as("FAILED").isNotZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NO_MAGIC,expected the magic value 0x74726976",
        "NO_DEVICE,no virtio device in this slot",
        "REFUSES_FEATURES,does not work with the features"
    })
    void whatCannotBeDrivenIsRefused(Behaviour behaviour, String reason) throws Exception {
        VirtioBoard board = board(Kind.MODERN_WITH_IOMMU);
        board.model().behave(behaviour);
        try (PlatformDevice platform = board.open()) {
            assertThatThrownBy(() -> VirtioDevice.open(platform, ENTROPY, 0, SHORT))
                    .isExactlyInstanceOf(VirtioException.class)
                    .hasMessageContaining("a000200.virtio_mmio")
                    .hasMessageContaining(reason);
        }
    }

    @Test
    void aDeviceOfAnotherTypeIsNotTouched() throws Exception {
        VirtioBoard board = board(Kind.MODERN_WITH_IOMMU);
        try (PlatformDevice platform = board.open()) {
            assertThatThrownBy(() -> VirtioDevice.open(platform, 2, 0, SHORT))
                    .isExactlyInstanceOf(VirtioException.class)
                    .hasMessageContaining("expected a virtio device of type 2, got one of type 4");
        }
        assertThat(board.accesses()).noneMatch(RegisterAccess::write);
    }

    @Test
    void anotherVersionIsRefused() throws Exception {
        VirtioBoard board = VirtioBoard.withBypassedIommu(3, new EntropyFunction(16));
        try (PlatformDevice platform = board.open()) {
            assertThatThrownBy(() -> VirtioDevice.open(platform, ENTROPY, 0, SHORT))
                    .isExactlyInstanceOf(VirtioException.class)
                    .hasMessageContaining("version 1 or 2 of virtio-mmio, got 3");
        }
    }

    @Test
    void aDeviceThatIsNeverResetIsATimeout() throws Exception {
        VirtioBoard board = board(Kind.MODERN_WITH_IOMMU);
        board.model().behave(Behaviour.STUCK_IN_RESET);
        try (PlatformDevice platform = board.open()) {
            assertThatThrownBy(() -> VirtioDevice.open(platform, ENTROPY, 0, SHORT))
                    .isInstanceOf(DeviceTimeoutException.class)
                    .hasMessageContaining("did not reset itself within 100 ms");
        }
    }

    @Test
    void aQueueMustBeThere() throws Exception {
        VirtioBoard board = board(Kind.MODERN_WITH_IOMMU);
        try (PlatformDevice platform = board.open();
                VirtioDevice device = VirtioDevice.open(platform, ENTROPY, 0, SHORT)) {
            assertThatThrownBy(() -> device.queue(1))
                    .isExactlyInstanceOf(VirtioException.class)
                    .hasMessageContaining("queue 1, which the device does not have");
        }
    }

    @ParameterizedTest
    @CsvSource({"MODERN_WITH_IOMMU,256,128", "LEGACY,64,64"})
    void aQueueIsAsLargeAsDeviceAndPageHaveRoom(Kind kind, int most, int expected) throws Exception {
        VirtioBoard board = board(kind);
        board.model().setQueueSizeMaximum(most);
        try (PlatformDevice platform = board.open();
                VirtioDevice device = VirtioDevice.open(platform, ENTROPY, 0, SHORT)) {
            assertThat(device.queue(0).size()).isEqualTo(expected);
            assertThat(board.model().queueSize()).isEqualTo(expected);
        }
    }

    @Test
    void afterClosingNothingCanBeDone() throws Exception {
        VirtioBoard board = board(Kind.MODERN_WITH_IOMMU);
        try (PlatformDevice platform = board.open()) {
            VirtioDevice device = VirtioDevice.open(platform, ENTROPY, 0, SHORT);
            Virtqueue<String> queue = device.queue(0);
            device.start();
            device.close();
            device.close();
            assertThat(board.model().resets()).isEqualTo(2);
            assertThatThrownBy(() -> device.notify(queue)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> device.await(queue)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theNeighboursInThePageAreNotTouched(Kind kind) throws Exception {
        VirtioBoard board = board(kind);
        try (PlatformDevice platform = board.open();
                VirtioDevice device = VirtioDevice.open(platform, ENTROPY, 0, SHORT)) {
            device.queue(0);
            device.start();
        }
        assertThat(board.accesses())
                .isNotEmpty()
                .allSatisfy(access -> assertThat(access.device()).isEqualTo("a000200.virtio_mmio"));
    }
}
