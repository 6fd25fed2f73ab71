// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.platform.PlatformDevice;

/** What Java reads and writes in a buffer, and what it may not. */
class DmaMemoryTest {
    private PlatformDevice net;
    private DmaBuffer buffer;

    @BeforeEach
    void open() throws Exception {
        net = DmaBoard.open(DmaBoard.builder().build(), DmaStack.TYPE1);
        buffer = net.dma().allocate(256);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static byte[] bytes(DmaMemory memory, long offset, int length) {
        byte[] bytes = new byte[length];
        memory.get(offset, bytes);
        return bytes;
    }

    @Test
    void itIsZeroAtFirst() {
        assertThat(bytes(buffer, 0, 256)).containsOnly(0);
    }

    @Test
    void numbersAreLittleEndian() {
        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        buffer.put8(0, 0x1ff);
        buffer.put16(2, 0xf122);
        buffer.put32(4, 0xf1223344);
        buffer.put64(8, 0xf122334455667788L);
        assertThat(bytes(buffer, 0, 16)).isEqualTo(new byte[] {
            -1,
            0,
            0x22,
            (byte) 0xf1,
            0x44,
            0x33,
            0x22,
            (byte) 0xf1,
            (byte) 0x88,
            0x77,
            0x66,
            0x55,
            0x44,
            0x33,
            0x22,
            (byte) 0xf1
        });
        assertThat(buffer.get8(0)).isEqualTo(0xff);
        assertThat(buffer.get16(2)).isEqualTo(0xf122);
        assertThat(buffer.get32(4)).isEqualTo(0xf1223344);
        assertThat(buffer.get64(8)).isEqualTo(0xf122334455667788L);
    }

    @Test
    void numbersAreBigEndianWhereThatIsAskedFor() throws Exception {
        DmaBuffer big = net.dma().allocate(DmaRequest.of(16).order(ByteOrder.BIG_ENDIAN));
        assertThat(big.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        big.put16(2, 0xf122);
        big.put32(4, 0xf1223344);
        big.put64(8, 0xf122334455667788L);
        assertThat(bytes(big, 0, 16)).isEqualTo(new byte[] {
            0,
            0,
            (byte) 0xf1,
            0x22,
            (byte) 0xf1,
            0x22,
            0x33,
            0x44,
            (byte) 0xf1,
            0x22,
            0x33,
            0x44,
            0x55,
            0x66,
            0x77,
            (byte) 0x88
        });
        assertThat(big.get16(2)).isEqualTo(0xf122);
        assertThat(big.get32(4)).isEqualTo(0xf1223344);
        assertThat(big.get64(8)).isEqualTo(0xf122334455667788L);
        assertThat(big.slice(4, 4).get32(0)).isEqualTo(0xf1223344);
        assertThat(big.asByteBuffer().getInt(4)).isEqualTo(0xf1223344);
    }

    @Test
    void aSliceIsTheSameMemory() {
        DmaMemory slice = buffer.slice(16, 32);
        assertThat(slice.iova()).isEqualTo(buffer.iova() + 16);
        assertThat(slice.size()).isEqualTo(32);
        slice.put32(4, 7);
        assertThat(buffer.get32(20)).isEqualTo(7);
        DmaMemory inner = slice.slice(4, 4);
        assertThat(inner.iova()).isEqualTo(buffer.iova() + 20);
        assertThat(inner.get32(0)).isEqualTo(7);
        inner.put(0, new byte[] {1, 2, 3, 4});
        assertThat(buffer.asByteBuffer().getInt(20)).isEqualTo(0x04030201);
        assertThat(buffer.slice(256, 0).size()).isZero();
        assertThatThrownBy(() -> slice.slice(0, 33)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> slice.slice(33, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> inner.get32(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> inner.get8(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aViewIsTheSameMemory() {
        ByteBuffer view = buffer.slice(8, 8).asByteBuffer();
        assertThat(view.capacity()).isEqualTo(8);
        view.putLong(0, -3);
        assertThat(buffer.get64(8)).isEqualTo(-3);
        assertThat(view.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    /** Pages are whole, but what was not asked for is not the buffer's. */
    @Test
    void nothingIsReadOrWrittenOutside() {
        List<ThrowingCallable> outside = List.of(
                () -> buffer.get8(256),
                () -> buffer.get16(256),
                () -> buffer.get32(256),
                () -> buffer.get64(256),
                () -> buffer.put8(-1, 0),
                () -> buffer.put16(-2, 0),
                () -> buffer.put32(-4, 0),
                () -> buffer.put64(1L << 32, 0),
                () -> buffer.get(255, new byte[2]),
                () -> buffer.put(-1, new byte[2]));
        outside.forEach(access -> assertThatThrownBy(access).isInstanceOf(IndexOutOfBoundsException.class));
    }

    @Test
    void aNumberIsAtAMultipleOfItsWidth() {
        List<ThrowingCallable> unaligned = List.of(
                () -> buffer.get16(1),
                () -> buffer.get32(2),
                () -> buffer.get64(4),
                () -> buffer.put16(3, 0),
                () -> buffer.put32(1, 0),
                () -> buffer.put64(12, 0),
                () -> buffer.slice(1, 8).get32(0),
                () -> buffer.slice(4, 8).get64(0));
        unaligned.forEach(access -> assertThatThrownBy(access)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected an address that is a multiple of"));
        buffer.slice(3, 8).put32(1, 9);
        assertThat(buffer.get32(4)).as("the address counts, not the offset").isEqualTo(9);
    }

    @Test
    void afterClosingNothingIsReadOrWritten() {
        DmaMemory slice = buffer.slice(0, 8);
        ByteBuffer view = buffer.asByteBuffer();
        buffer.close();
        List<ThrowingCallable> accesses = List.of(
                () -> buffer.get8(0),
                () -> buffer.get16(0),
                () -> buffer.get32(0),
                () -> buffer.get64(0),
                () -> buffer.put8(0, 0),
                () -> buffer.put16(0, 0),
                () -> buffer.put32(0, 0),
                () -> buffer.put64(0, 0),
                () -> buffer.get(0, new byte[1]),
                () -> buffer.put(0, new byte[1]),
                () -> slice.get8(0),
                buffer::asByteBuffer,
                slice::asByteBuffer);
        accesses.forEach(access -> assertThatThrownBy(access)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed"));
        view.putInt(0, 1);
        assertThat(view.getInt(0)).as("harmless").isOne();
    }
}
