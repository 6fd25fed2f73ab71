// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.platform.dma.DmaMemory;
import org.vfio4j.samples.virtio.VirtioException;
import org.vfio4j.samples.virtio.Waiting;
import org.vfio4j.samples.virtio.model.Behaviour;
import org.vfio4j.samples.virtio.model.DiskFunction;
import org.vfio4j.samples.virtio.model.VirtioBoard;
import org.vfio4j.samples.virtio.model.VirtioBoard.Kind;

/** A disk that does what it should. */
@Timeout(60)
class VirtioBlkTest {
    private static byte[] part(byte[] bytes, int sector, int length) {
        return Arrays.copyOfRange(bytes, sector * 512, sector * 512 + length);
    }

    private static byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        new Random(DiskOnBoard.SEED + size).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void readsAndWritesSectors(Kind kind) throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(kind)) {
            byte[] before = it.function.bytes().clone();
            DmaMemory memory = it.memory(512);
            it.disk.read(7, memory);
            assertThat(DiskOnBoard.bytesOf(memory)).isEqualTo(part(before, 7, 512));

            byte[] written = randomBytes(512);
            memory.put(0, written);
            it.disk.write(9, memory);
            byte[] expected = before.clone();
            System.arraycopy(written, 0, expected, 9 * 512, 512);
            assertThat(it.function.bytes()).isEqualTo(expected);
            assertThat(it.function.log()).containsExactly("READ 7 512", "WRITE 9 512");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aLargeTransferIsSeveralRequests(Kind kind) throws Exception {
        DiskFunction function = DiskOnBoard.newFunction();
        function.setLimits(20, 16 << 10);
        function.setFeatures(DiskFunction.SEG_MAX | DiskFunction.SIZE_MAX);
        try (DiskOnBoard it = new DiskOnBoard(kind, function)) {
            DmaMemory memory = it.memory(1 << 20);
            it.disk.read(64, memory);
            assertThat(DiskOnBoard.bytesOf(memory)).isEqualTo(part(it.function.bytes(), 64, 1 << 20));

            byte[] written = randomBytes(1 << 20);
            memory.put(0, written);
            it.disk.write(2048, memory);
            assertThat(part(it.function.bytes(), 2048, 1 << 20)).isEqualTo(written);
        }
    }

    @Test
    void scatteredPagesAreOneRequestAsFarAsTheDiskTakesThem() throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITHOUT_IOMMU)) {
            DmaMemory memory = it.memory(8 * 4096);
            assertThat(memory.segments()).as("the test's premise").hasSizeGreaterThan(1);
            it.disk.read(0, memory);
            assertThat(it.function.log()).containsExactly("READ 0 32768");
            assertThat(DiskOnBoard.bytesOf(memory)).isEqualTo(part(it.function.bytes(), 0, 8 * 4096));
        }
    }

    @Test
    void aPartOfAPageIsRead() throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITHOUT_IOMMU)) {
            DmaMemory memory = it.memory(3 * 4096);
            it.disk.read(16, memory.slice(1024, 2 * 4096));
            byte[] expected = new byte[3 * 4096];
            System.arraycopy(it.function.bytes(), 16 * 512, expected, 1024, 2 * 4096);
            assertThat(DiskOnBoard.bytesOf(memory)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void requestsInFlightAreDoneInAnyOrder(Kind kind) throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(kind)) {
            it.model().behave(Behaviour.HOLDS);
            List<DmaMemory> memories = new ArrayList<>();
            List<BlockRequest> requests = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                memories.add(it.memory(4096));
                requests.add(it.disk.submit(BlockOperation.READ, i * 8L, memories.get(i)));
            }
            assertThat(it.model().held()).isEqualTo(5);
            assertThat(requests).noneMatch(BlockRequest::isDone);
            it.model().completeHeld();
            it.disk.await(requests.get(4));
            assertThat(requests).extracting(BlockRequest::isDone).containsExactly(false, false, false, false, true);
            it.disk.await(requests.get(0));
            assertThat(requests).allMatch(BlockRequest::isDone);
            assertThat(it.function.log()).hasSize(5).startsWith("READ 32 4096").endsWith("READ 0 4096");
            for (int i = 0; i < 5; i++) {
                assertThat(DiskOnBoard.bytesOf(memories.get(i))).isEqualTo(part(it.function.bytes(), i * 8, 4096));
            }
        }
    }

    @Test
    void aFullQueueWaitsForRoom() throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU)) {
            DmaMemory memory = it.memory(512);
            List<BlockRequest> requests = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                requests.add(it.disk.submit(BlockOperation.READ, i, memory));
            }
            for (BlockRequest request : requests) {
                it.disk.await(request);
            }
            assertThat(it.function.log()).hasSize(1000).endsWith("READ 999 512");
        }
    }

    @Test
    void ringIndicesWrap() throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU)) {
            DmaMemory memory = it.memory(512);
            for (int i = 0; i < 70_000; i++) {
                it.disk.await(it.disk.submit(BlockOperation.READ, i % 8192, memory));
            }
            assertThat(DiskOnBoard.bytesOf(memory)).isEqualTo(part(it.function.bytes(), 69_999 % 8192, 512));
        }
    }

    @Test
    void anInterruptFromAnotherThreadEndsTheWait() throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU)) {
            it.model().behave(Behaviour.HOLDS);
            BlockRequest request = it.disk.submit(BlockOperation.READ, 0, it.memory(512));
            Thread device = new Thread(() -> it.model().completeHeld());
            device.start();
            it.disk.await(request);
            device.join();
            assertThat(request.isDone()).isTrue();
        }
    }

    @Test
    void aChangeOfTheConfigurationIsNoticedWhileWaitingAndDoesNotEndIt() throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU)) {
            assertThat(it.disk.sectors()).isEqualTo(DiskOnBoard.SIZE / 512);
            assertThat(it.disk.maximumSegments()).isEqualTo(126);
            it.model().behave(Behaviour.HOLDS);
            BlockRequest request = it.disk.submit(BlockOperation.READ, 0, it.memory(512));
            it.function.setLimits(3, 0);
            it.function.resize(1 << 20);
            it.model().changeConfiguration();
            Thread device = new Thread(() -> {
                while (it.model().interruptStatus() != 0) {
                    Thread.onSpinWait();
                }
                it.model().completeHeld();
            });
            device.start();
            it.disk.await(request);
            device.join();
            it.model().behave(Behaviour.CORRECT);
            it.disk.read(0, it.memory(512));
            assertThat(it.disk.sectors()).isEqualTo(2048);
            assertThat(it.disk.maximumSegments()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void withoutInterruptsTheMemoryIsLookedAt(Kind kind) throws Exception {
        Waiting polling = Waiting.polling(Duration.ofSeconds(10));
        try (DiskOnBoard it = new DiskOnBoard(kind, DiskOnBoard.newFunction(), polling)) {
            DmaMemory memory = it.memory(4096);
            it.disk.read(8, memory);
            assertThat(DiskOnBoard.bytesOf(memory)).isEqualTo(part(it.function.bytes(), 8, 4096));
            assertThat(it.board.board().interrupt("/virtio_mmio@a000200", 0).isRaised())
                    .isFalse();
        }
    }

    @Test
    void aDeviceThatLooksForRequestsIsNotNotified() throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU)) {
            it.disk.read(0, it.memory(512));
            assertThat(it.model().notifications()).isOne();
            it.model().setNoNotify(true);
            it.disk.submit(BlockOperation.READ, 0, it.memory(512));
            assertThat(it.model().notifications()).isOne();
        }
    }

    @Test
    void flushIsARequestOfItsOwn() throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU)) {
            it.disk.write(3, it.memory(512));
            it.disk.flush();
            assertThat(it.function.log()).containsExactly("WRITE 3 512", "FLUSH 0 0");
        }
    }

    @Test
    void aDiskWithoutCacheIsNotFlushed() throws Exception {
        DiskFunction function = DiskOnBoard.newFunction();
        function.setFeatures(DiskFunction.SEG_MAX);
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU, function)) {
            assertThat(it.disk.hasCache()).isFalse();
            it.disk.flush();
            assertThat(it.function.log()).isEmpty();
        }
    }

    @Test
    void aReadOnlyDiskIsNotWritten() throws Exception {
        DiskFunction function = DiskOnBoard.newFunction();
        function.setFeatures(DiskFunction.READ_ONLY);
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU, function)) {
            assertThat(it.disk.isReadOnly()).isTrue();
            DmaMemory memory = it.memory(512);
            assertThatThrownBy(() -> it.disk.write(0, memory))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("read-only");
            assertThat(it.function.log()).isEmpty();
        }
    }

    @Test
    void geometryIsTheDevices() throws Exception {
        DiskFunction function = DiskOnBoard.newFunction();
        function.setBlockSize(4096);
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU, function)) {
            assertThat(it.disk.sectors()).isEqualTo(DiskOnBoard.SIZE / 512);
            assertThat(it.disk.blockSize()).isEqualTo(4096);
            assertThat(it.disk.hasCache()).isTrue();
            assertThat(it.disk.isReadOnly()).isFalse();
        }
    }

    @Test
    void withoutTheFeaturesOfSizesARequestHasOneSegmentOfAnySize() throws Exception {
        DiskFunction function = DiskOnBoard.newFunction();
        function.setFeatures(0);
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU, function)) {
            assertThat(it.disk.blockSize()).isEqualTo(512);
            assertThat(it.disk.maximumSegments()).isOne();
            it.disk.read(0, it.memory(1 << 20));
            assertThat(it.function.log()).containsExactly("READ 0 1048576");
        }
    }

    @ParameterizedTest
    @CsvSource({"1,error of the disk", "2,does not support"})
    void anErrorOfTheDiskIsAnExceptionAndTheDiskGoesOn(int status, String reason) throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU)) {
            DmaMemory memory = it.memory(4096);
            it.function.failWith(status);
            assertThatThrownBy(() -> it.disk.read(8, memory))
                    .isInstanceOf(BlockRequestException.class)
                    .hasMessageContaining(reason)
                    .hasMessageContaining("READ of 4096 bytes at sector 8")
                    .extracting(e -> ((BlockRequestException) e).status())
                    .isEqualTo(status);
            it.function.failWith(0);
            it.disk.read(8, memory);
            assertThat(DiskOnBoard.bytesOf(memory)).isEqualTo(part(it.function.bytes(), 8, 4096));
        }
    }

    @ParameterizedTest
    @CsvSource({"-1,512", "8192,512", "8191,1024", "0,100", "9223372036854775807,512"})
    void whatIsNotOfTheDiskIsRefused(long sector, int length) throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU)) {
            DmaMemory memory = it.memory(length);
            assertThatThrownBy(() -> it.disk.read(sector, memory)).isInstanceOf(IllegalArgumentException.class);
            assertThat(it.function.log()).isEmpty();
        }
    }

    @Test
    void requestsAreWholeBlocks() throws Exception {
        DiskFunction function = DiskOnBoard.newFunction();
        function.setBlockSize(4096);
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU, function)) {
            DmaMemory memory = it.memory(4096);
            assertThatThrownBy(() -> it.disk.read(1, memory))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("blocks of 4096 bytes");
            assertThatThrownBy(() -> it.disk.read(8, memory.slice(0, 512)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> it.disk.read(8, memory.slice(0, 0))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aRequestThatIsTooLargeIsRefused() throws Exception {
        DiskFunction function = DiskOnBoard.newFunction();
        function.setLimits(4, 4096);
        function.setFeatures(DiskFunction.SEG_MAX | DiskFunction.SIZE_MAX);
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITH_IOMMU, function)) {
            DmaMemory memory = it.memory(5 * 4096);
            assertThatThrownBy(() -> it.disk.submit(BlockOperation.READ, 0, memory))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most 4 segments");
            it.disk.read(0, memory);
            assertThat(it.function.log()).containsExactly("READ 0 16384", "READ 32 4096");
        }
    }

    @Test
    void aQueueOfTwoDescriptorsIsTooSmall() throws Exception {
        VirtioBoard board = new VirtioBoard(Kind.MODERN_WITH_IOMMU, DiskOnBoard.newFunction());
        board.model().setQueueSizeMaximum(2);
        try (PlatformDevice platform = board.open()) {
            assertThatThrownBy(() -> VirtioBlk.open(platform))
                    .isExactlyInstanceOf(VirtioException.class)
                    .hasMessageContaining("queue of 4 descriptors or more, got 2");
            assertThat(board.model().status()).as("reset").isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void itCanBeClosedAndOpenedAgain(Kind kind) throws Exception {
        DiskFunction function = DiskOnBoard.newFunction();
        VirtioBoard board = new VirtioBoard(kind, function);
        try (PlatformDevice platform = board.open()) {
            for (int i = 0; i < 3; i++) {
                try (VirtioBlk disk = VirtioBlk.open(platform);
                        DmaBuffer memory = disk.allocate(512)) {
                    disk.read(i, memory);
                    assertThat(DiskOnBoard.bytesOf(memory)).isEqualTo(part(function.bytes(), i, 512));
                }
            }
        }
        assertThat(board.board().openDescriptors()).isEmpty();
    }

    @Test
    void theNeighboursInThePageAreNotTouched() throws Exception {
        try (DiskOnBoard it = new DiskOnBoard(Kind.MODERN_WITHOUT_IOMMU)) {
            it.disk.write(0, it.memory(1 << 20));
            it.disk.flush();
            it.disk.close();
            assertThat(it.board.accesses())
                    .isNotEmpty()
                    .allSatisfy(access -> assertThat(access.device()).isEqualTo("a000200.virtio_mmio"));
        }
    }
}
