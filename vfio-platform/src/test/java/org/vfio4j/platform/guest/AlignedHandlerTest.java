// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.platform.register.RegisterHandler;

/** What registers see of an access of a guest. */
final class AlignedHandlerTest {
    /** The bytes of a device are 0x10, 0x11 and so on, in the order of their addresses. */
    private static final class Bytes implements RegisterHandler {
        private final List<String> accesses = new ArrayList<>();
        private final boolean bigEndian;

        private Bytes(ByteOrder order) {
            this.bigEndian = order == ByteOrder.BIG_ENDIAN;
        }

        @Override
        public long read(long offset, int width) {
            accesses.add("r" + width + "@" + offset);
            long number = 0;
            for (int i = 0; i < width; i++) {
                long octet = 0x10 + offset + (bigEndian ? i : width - 1 - i);
                number = number << 8 | octet;
            }
            // Above the width is what a handler may leave there.
            return width == 8 ? number : number | -1L << (8 * width);
        }

        @Override
        public void write(long offset, int width, long value) {
            accesses.add("w" + width + "@" + offset + "=" + Long.toHexString(value));
        }
    }

    private final Bytes little = new Bytes(ByteOrder.LITTLE_ENDIAN);
    private final Bytes big = new Bytes(ByteOrder.BIG_ENDIAN);

    /** vfio_platform_read_mmio: 4 bytes while the offset and what is left let it, else 2, else 1; 8 never. */
    @ParameterizedTest
    @CsvSource({
        "0,1,r1@0",
        "0,2,r2@0",
        "1,2,r1@1 r1@2",
        "0,3,r2@0 r1@2",
        "1,3,r1@1 r2@2",
        "0,4,r4@0",
        "1,4,r1@1 r2@2 r1@4",
        "2,4,r2@2 r2@4",
        "3,4,r1@3 r2@4 r1@6",
        "0,5,r4@0 r1@4",
        "3,6,r1@3 r4@4 r1@8",
        "0,7,r4@0 r2@4 r1@6",
        "1,7,r1@1 r2@2 r4@4",
        "0,8,r4@0 r4@4",
        "4,8,r4@4 r4@8",
        "5,8,r1@5 r2@6 r4@8 r1@12",
    })
    void anAccessIsSplitAsLinuxSplitsAPread(long offset, int width, String expected) {
        new AlignedHandler(little, ByteOrder.LITTLE_ENDIAN, 4).read(offset, width);

        assertThat(String.join(" ", little.accesses)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "8,0,r8@0",
        "8,8,r8@8",
        "8,4,r4@4 r4@8",
        "2,0,r2@0 r2@2 r2@4 r2@6",
        "1,6,r1@6 r1@7 r1@8 r1@9 r1@10 r1@11 r1@12 r1@13"
    })
    void noPartIsWiderThanTheRegistersTake(int widest, long offset, String expected) {
        new AlignedHandler(little, ByteOrder.LITTLE_ENDIAN, widest).read(offset, 8);

        assertThat(String.join(" ", little.accesses)).isEqualTo(expected);
    }

    @Test
    void aGuestReadsTheBytesOfTheBusWhateverTheSplitAndTheByteOrderOfTheDevice() {
        for (int widest : new int[] {1, 2, 4, 8}) {
            MmioHandler ofLittle = new AlignedHandler(little, ByteOrder.LITTLE_ENDIAN, widest);
            MmioHandler ofBig = new AlignedHandler(big, ByteOrder.BIG_ENDIAN, widest);
            for (int width = 1; width <= 8; width++) {
                for (long offset = 0; offset < 9; offset++) {
                    long expected = 0;
                    for (int i = 0; i < width; i++) {
                        expected |= (0x10 + offset + i) << (8 * i);
                    }
                    assertThat(ofLittle.read(offset, width))
                            .as("%d@%d of %d", width, offset, widest)
                            .isEqualTo(expected);
                    assertThat(ofBig.read(offset, width))
                            .as("%d@%d of %d", width, offset, widest)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void aLittleEndianDeviceGetsTheNumberThatALittleEndianGuestWrites() {
        new AlignedHandler(little, ByteOrder.LITTLE_ENDIAN, 4).write(2, 7, 0x77665544332211L);

        assertThat(little.accesses).containsExactly("w2@2=2211", "w4@4=66554433", "w1@8=77");
    }

    @Test
    void aBigEndianDeviceGetsTheFirstByteAsTheHighestOfItsNumber() {
        new AlignedHandler(big, ByteOrder.BIG_ENDIAN, 4).write(2, 7, 0x77665544332211L);

        assertThat(big.accesses).containsExactly("w2@2=1122", "w4@4=33445566", "w1@8=77");
    }

    @Test
    void eightBytesOfABigEndianDeviceAreOneNumberOrTwo() {
        new AlignedHandler(big, ByteOrder.BIG_ENDIAN, 8).write(0, 8, 0x8877665544332211L);
        new AlignedHandler(big, ByteOrder.BIG_ENDIAN, 4).write(0, 8, 0x8877665544332211L);

        assertThat(big.accesses).containsExactly("w8@0=1122334455667788", "w4@0=11223344", "w4@4=55667788");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -4, 3, 16})
    void accessesOfRegistersHave1Or2Or4Or8Bytes(int widest) {
        assertThatThrownBy(() -> new AlignedHandler(little, ByteOrder.LITTLE_ENDIAN, widest))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("got " + widest);
    }
}
