// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** pread and pwrite on a device (vfio_platform_read and _write of drivers/vfio/platform/vfio_platform_common.c). */
class RegionAccessTest extends ConformanceTest {
    private static final long INDEX = 1L << 40;

    private int read(int device, int count, long offset) {
        return world.linux().pread(device, Calls.memory(count), offset);
    }

    private int write(int device, int count, long offset) {
        return world.linux().pwrite(device, Calls.memory(count), offset);
    }

    @ParameterizedTest
    @CsvSource({"0x0, 4, 4", "0xffc, 4, 4", "0xffc, 8, 4", "0xfff, 1, 1", "0xfff, 4, 1", "0xff9, 16, 7", "0x0, 0, 0"})
    void aCountIsCutAtTheEndOfTheRegion(int offset, int count, int done) {
        int sata = calls.device(LabDevice.SATA);
        assertThat(read(sata, count, offset)).as("read").isEqualTo(done);
        assertThat(write(sata, count, offset)).as("write").isEqualTo(done);
    }

    @ParameterizedTest
    @CsvSource({"0x1000, 4", "0x1000, 0", "0x1001, 1", "0x10000, 4", "0xffffffffff, 1", "0x1000, 8"})
    void anOffsetBeyondTheRegionIsRefused(long offset, int count) {
        int sata = calls.device(LabDevice.SATA);
        assertThat(Calls.said(read(sata, count, offset))).isEqualTo("EINVAL");
        assertThat(Calls.said(write(sata, count, offset))).isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void aRegionThatIsNotThereIsRefused(LabDevice device) {
        int fd = calls.device(device);
        for (long index : new long[] {device.regions.size(), 100, 0x7f_ffff}) {
            assertThat(Calls.said(read(fd, 4, index * INDEX))).isEqualTo("EINVAL");
            assertThat(Calls.said(write(fd, 4, index * INDEX))).isEqualTo("EINVAL");
        }
    }

    @Test
    void aNegativeOffsetIsRefused() {
        int sata = calls.device(LabDevice.SATA);
        assertThat(Calls.said(read(sata, 4, -1))).isEqualTo("EINVAL");
        assertThat(Calls.said(write(sata, 4, Long.MIN_VALUE))).isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @CsvSource({"0x0, 4, 4", "0x0, 5, 4", "0x1, 8, 3", "0x3, 1, 1", "0x2, 2, 2", "0x2, 4, 2"})
    void aRegionOfFourBytesEndsAfterFour(int offset, int count, int done) {
        int dma = calls.device(LabDevice.DMA);
        assertThat(read(dma, count, offset)).isEqualTo(done);
        assertThat(write(dma, count, offset)).isEqualTo(done);
    }

    @Test
    void aRegionOfFourBytesHasNoFifth() {
        int dma = calls.device(LabDevice.DMA);
        assertThat(Calls.said(read(dma, 1, 4))).isEqualTo("EINVAL");
        assertThat(Calls.said(write(dma, 1, 4))).isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @CsvSource({
        "0x100, 1",
        "0x101, 1",
        "0x102, 2",
        "0x103, 4",
        "0x104, 4",
        "0x105, 7",
        "0x106, 8",
        "0x108, 8",
        "0x109, 64"
    })
    void whatIsWrittenIsReadBackAtAnyOffsetAndWidth(int offset, int count) {
        int sata = calls.device(LabDevice.SATA);
        ByteBuffer background = Calls.memory(0x80);
        for (int i = 0; i < 0x80; i++) {
            background.put(i, (byte) 0xee);
        }
        assertThat(world.linux().pwrite(sata, background, 0x100)).isEqualTo(0x80);
        ByteBuffer written = Calls.memory(count);
        for (int i = 0; i < count; i++) {
            written.put(i, (byte) (i + 1));
        }
        assertThat(world.linux().pwrite(sata, written, offset)).isEqualTo(count);
        ByteBuffer whole = Calls.memory(0x80);
        assertThat(world.linux().pread(sata, whole, 0x100)).isEqualTo(0x80);
        for (int i = 0; i < 0x80; i++) {
            int inside = i - (offset - 0x100);
            int expected = inside >= 0 && inside < count ? inside + 1 : 0xee;
            assertThat(whole.get(i) & 0xff).as("byte " + i).isEqualTo(expected);
        }
        ByteBuffer part = Calls.memory(count);
        assertThat(world.linux().pread(sata, part, offset)).isEqualTo(count);
        assertThat(part).isEqualTo(written);
    }

    /** The position of the descriptor does not move: ppos is the offset of the call only. */
    @Test
    void readAndWriteAreAlwaysAtTheBeginning() {
        int sata = calls.device(LabDevice.SATA);
        assertThat(world.linux().write(sata, Calls.words(8, 0x11223344, 0x55667788)))
                .isEqualTo(8);
        for (int i = 0; i < 2; i++) {
            ByteBuffer word = Calls.memory(4);
            assertThat(world.linux().read(sata, word)).isEqualTo(4);
            assertThat(word.getInt(0)).isEqualTo(0x11223344);
        }
    }

    @Test
    void regionsOfOneDeviceAreApart() {
        int crypto = calls.device(LabDevice.CRYPTO);
        int sata = calls.device(LabDevice.SATA);
        world.linux().pwrite(sata, Calls.words(4, 1), 0x20);
        world.linux().pwrite(crypto, Calls.words(4, 2), 0x20);
        world.linux().pwrite(crypto, Calls.words(4, 3), 0xfffc);
        ByteBuffer word = Calls.memory(4);
        world.linux().pread(sata, word, 0x20);
        assertThat(word.getInt(0)).isOne();
        world.linux().pread(crypto, word, 0x20);
        assertThat(word.getInt(0)).isEqualTo(2);
        world.linux().pread(crypto, word, 0xfffc);
        assertThat(word.getInt(0)).isEqualTo(3);
    }

    /** Virtio 1.2, 4.2.2: MagicValue reads "virt". */
    @Test
    void aRealDeviceAnswers() {
        world.needsRealDevices();
        ByteBuffer word = Calls.memory(4);
        assertThat(world.linux().pread(calls.device(LabDevice.VIRTIO), word, 0)).isEqualTo(4);
        assertThat(word.getInt(0)).isEqualTo(0x74726976);
    }

    /** Eight slots share the page: what lies behind the region must stay out of reach. */
    @Test
    void theNeighbourInThePageIsOutOfReach() {
        int virtio = calls.device(LabDevice.VIRTIO);
        assertThat(Calls.said(read(virtio, 4, 0x200))).isEqualTo("EINVAL");
        assertThat(read(virtio, 8, 0x1fc)).isEqualTo(4);
    }
}
