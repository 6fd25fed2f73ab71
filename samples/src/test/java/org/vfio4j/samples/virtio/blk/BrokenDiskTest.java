// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaMemory;
import org.vfio4j.samples.virtio.DeviceFaultException;
import org.vfio4j.samples.virtio.DeviceTimeoutException;
import org.vfio4j.samples.virtio.VirtioException;
import org.vfio4j.samples.virtio.Waiting;
import org.vfio4j.samples.virtio.model.Behaviour;
import org.vfio4j.samples.virtio.model.DiskFunction;
import org.vfio4j.samples.virtio.model.VirtioBoard;
import org.vfio4j.samples.virtio.model.VirtioBoard.Kind;

/** A device that breaks the rules gets a typed error and a reset, and neither hangs nor breaks the driver. */
@Timeout(60)
class BrokenDiskTest {
    private static final Waiting SHORT = Waiting.forInterrupts(Duration.ofMillis(300));

    private static DiskOnBoard disk(Behaviour behaviour) throws Exception {
        DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU, DiskOnBoard.newFunction(), SHORT);
        it.model().behave(behaviour);
        return it;
    }

    private static void assertReset(DiskOnBoard it, DmaMemory memory) {
        assertThat(it.model().status()).as("reset").isZero();
        it.model().behave(Behaviour.CORRECT);
        assertThatThrownBy(() -> it.disk.read(0, memory))
                .isExactlyInstanceOf(VirtioException.class)
                .hasMessageContaining("was reset after an error; open it again")
                .hasCauseInstanceOf(VirtioException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN_ID,descriptor 128",
        "NEGATIVE_ID,descriptor 4294967295",
        "ID_OF_NO_HEAD,which begins no request",
        "TWICE,done with 2 requests of 1",
        "TOO_MUCH_WRITTEN,wrote 4098 bytes where it may write 4097",
        "HUGE_WRITTEN,wrote 4294967295 bytes where it may write 4097",
        "TOO_LITTLE_WRITTEN,wrote 4096 bytes and not 4097",
        "LAST_BYTE_MISSING,ended with status 255",
        "NOTHING_WRITTEN,wrote 0 bytes and not 4097",
        "JUMPING_INDEX,done with 1001 requests of 1",
        "INDEX_GOES_BACK,done with 65535 requests of 1",
        "NEEDS_RESET,asks to be reset"
    })
    void aFaultOfTheDevice(Behaviour behaviour, String what) throws Exception {
        try (DiskOnBoard it = disk(behaviour)) {
            DmaMemory memory = it.memory(4096);
            assertThatThrownBy(() -> it.disk.read(0, memory))
                    .isInstanceOf(DeviceFaultException.class)
                    .hasMessageContaining("a000200.virtio_mmio")
                    .satisfies(e -> assertThat(e.getMessage().replace(",", "")).contains(what));
            assertReset(it, memory);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SILENT", "STORMS"})
    void aRequestThatDoesNotEndIsATimeout(Behaviour behaviour) throws Exception {
        try (DiskOnBoard it = disk(behaviour)) {
            DmaMemory memory = it.memory(4096);
            assertThatThrownBy(() -> it.disk.read(0, memory))
                    .isInstanceOf(DeviceTimeoutException.class)
                    .hasMessageContaining("did not complete a request within 300 ms");
            assertReset(it, memory);
        }
    }

    @Test
    void aFailedDeviceGetsNoMoreRequests() throws Exception {
        try (DiskOnBoard it = disk(Behaviour.SILENT)) {
            DmaMemory memory = it.memory(4096);
            assertThatThrownBy(() -> it.disk.read(0, memory)).isInstanceOf(DeviceTimeoutException.class);
            int written = it.board.accesses().size();
            for (int i = 0; i < 200; i++) {
                assertThatThrownBy(() -> it.disk.submit(BlockOperation.READ, 0, memory))
                        .isExactlyInstanceOf(VirtioException.class)
                        .hasMessageContaining("open it again");
            }
            assertThat(it.board.accesses()).as("no register is touched").hasSize(written);
        }
    }

    @Test
    void aForgottenInterruptCostsTimeOnly() throws Exception {
        try (DiskOnBoard it = disk(Behaviour.FORGETS_INTERRUPT)) {
            DmaMemory memory = it.memory(4096);
            BlockRequest request = it.disk.submit(BlockOperation.READ, 0, memory);
            it.disk.await(request);
            assertThat(request.isDone()).isTrue();
        }
    }

    @Test
    void descriptorsThatTheDeviceOverwroteAreNotReliedOn() throws Exception {
        try (DiskOnBoard it = disk(Behaviour.OVERWRITES_DESCRIPTORS)) {
            DmaMemory memory = it.memory(4096);
            for (int i = 0; i < 300; i++) {
                it.disk.read(i, memory);
            }
            assertThat(it.function.log()).hasSize(300);
        }
    }

    @Test
    void aStatusThatThereIsNot() throws Exception {
        try (DiskOnBoard it = disk(Behaviour.CORRECT)) {
            DmaMemory memory = it.memory(4096);
            it.function.failWith(77);
            assertThatThrownBy(() -> it.disk.read(0, memory))
                    .isInstanceOf(DeviceFaultException.class)
                    .hasMessageContaining("ended with status 77");
            assertReset(it, memory);
        }
    }

    /** Section 2.7.8.1: devices of the legacy kind often say it wrong. */
    @Test
    void aLegacyDeviceMaySayAnyLength() throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.LEGACY, DiskOnBoard.newFunction(), SHORT)) {
            it.model().behave(Behaviour.NOTHING_WRITTEN);
            DmaMemory memory = it.memory(512);
            it.disk.read(1, memory);
            assertThat(DiskOnBoard.bytesOf(memory))
                    .startsWith(it.function.bytes()[512], it.function.bytes()[513]);
        }
    }

    @Test
    void aDeviceThatCannotBeResetKeepsItsMemory() throws Exception {
        DiskOnBoard it = disk(Behaviour.STUCK_IN_RESET);
        int mappings = it.board.board().mappings().size();
        assertThatThrownBy(it.disk::close).isInstanceOf(DeviceTimeoutException.class);
        assertThat(it.board.board().mappings()).hasSize(mappings);
        it.platform.close();
    }

    @Test
    void aConfigurationThatChangesAllTheTime() throws Exception {
        VirtioBoard board = new VirtioBoard(Kind.MODERN_WITH_IOMMU, DiskOnBoard.newFunction());
        board.model().behave(Behaviour.CHANGING_CONFIGURATION);
        try (PlatformDevice platform = board.open()) {
            assertThatThrownBy(() -> VirtioBlk.open(platform, SHORT))
                    .isInstanceOf(DeviceFaultException.class)
                    .hasMessageContaining("does not stop to change");
            assertThat(board.model().status()).as("reset").isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"0,254,512", "100,254,512", "3000,254,512", "-4096,254,512", "512,0,512", "512,254,0"})
    void aGeometryThatCannotBe(int blockSize, int segments, int segmentSize) throws Exception {
        DiskFunction function = DiskOnBoard.newFunction();
        function.setFeatures(DiskFunction.BLOCK_SIZE | DiskFunction.SEG_MAX | DiskFunction.SIZE_MAX);
        function.setBlockSize(blockSize);
        function.setLimits(segments, segmentSize);
        try (PlatformDevice platform = new VirtioBoard(Kind.MODERN_WITH_IOMMU, function).open()) {
            assertThatThrownBy(() -> VirtioBlk.open(platform, SHORT))
                    .isInstanceOf(DeviceFaultException.class)
                    .hasMessageContaining("the device says that");
        }
    }
}
