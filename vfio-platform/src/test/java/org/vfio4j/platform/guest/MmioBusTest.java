// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who answers for an access of a guest. */
final class MmioBusTest {
    private final RecordingHandler low = new RecordingHandler(0x10);
    private final RecordingHandler high = new RecordingHandler(0xa0);
    private final List<String> heard = new ArrayList<>();
    private final MmioBus bus = new MmioBus((address, width, write, value) ->
            heard.add((write ? "w" : "r") + width + "@" + Long.toHexString(address) + "=" + Long.toHexString(value)));

    @ParameterizedTest
    @CsvSource({"1,12", "2,1312", "3,141312", "4,15141312", "5,1615141312", "6,171615141312", "7,18171615141312"})
    void anAccessInOneRangeIsOneAccessOfItsHandlerWhateverItsWidthAndAlignment(int width, String value) {
        bus.add(0x1001, 0x20, low);

        assertThat(bus.read(0x1003, width)).isEqualTo(Long.parseLong(value, 16));
        bus.write(0x1003, width, -1);

        assertThat(low.accesses).containsExactly("r" + width + "@2", "w" + width + "@2=" + "f".repeat(2 * width));
    }

    @Test
    void eightBytesAreAllBitsOfTheValue() {
        bus.add(0x1000, 8, low);

        assertThat(bus.read(0x1000, 8)).isEqualTo(0x1716151413121110L);
        bus.write(0x1000, 8, 0x8000000000000001L);

        assertThat(low.accesses).containsExactly("r8@0", "w8@0=8000000000000001");
    }

    @Test
    void anAccessOverTwoRangesIsOneOfEachInAscendingOrder() {
        List<String> order = low.accesses;
        bus.add(0x1000, 4, low);
        bus.add(0x1004, 4, new MmioHandler() {
            @Override
            public long read(long offset, int width) {
                order.add("high r" + width + "@" + offset);
                return 0xa1a0;
            }

            @Override
            public void write(long offset, int width, long value) {
                order.add("high w" + width + "@" + offset + "=" + Long.toHexString(value));
            }
        });

        assertThat(bus.read(0x1001, 5)).isEqualTo(0xa1a0131211L & 0xffffffffffL);
        bus.write(0x1001, 5, 0x5544332211L);

        assertThat(order).containsExactly("r3@1", "high r2@0", "w3@1=332211", "high w2@0=5544");
        assertThat(heard).isEmpty();
    }

    @Test
    void whatNoHandlerClaimsReadsZerosAndDropsWritesAndIsCounted() {
        bus.add(0x1000, 2, low);
        bus.add(0x1004, 2, high);

        assertThat(bus.read(0x0fff, 8)).isEqualTo(0x0000_a1a0_0000_1110L << 8);
        bus.write(0x0fff, 8, 0x8877665544332211L);

        assertThat(low.accesses).containsExactly("r2@0", "w2@0=3322");
        assertThat(high.accesses).containsExactly("r2@0", "w2@0=7766");
        assertThat(heard)
                .containsExactly("r1@fff=0", "r2@1002=0", "r1@1006=0", "w1@fff=11", "w2@1002=5544", "w1@1006=88");
        assertThat(bus.unassigned().reads()).isEqualTo(3);
        assertThat(bus.unassigned().writes()).isEqualTo(3);
    }

    @Test
    void anEmptyBusReadsZerosEverywhere() {
        assertThat(bus.read(0, 8)).isZero();
        assertThat(bus.read(-1, 1)).isZero();
        bus.write(0x8000_0000_0000_0000L, 4, 5);

        assertThat(bus.unassigned().reads()).isEqualTo(2);
        assertThat(bus.unassigned().writes()).isEqualTo(1);
    }

    @Test
    void addressesAreUnsigned() {
        bus.add(0x7fff_ffff_ffff_fffcL, 8, low);
        bus.add(-4, 4, high);

        assertThat(bus.read(0x8000_0000_0000_0000L, 4)).isEqualTo(0x17161514);
        assertThat(bus.read(-4, 4)).isEqualTo(0xa3a2a1a0L);
        assertThat(low.accesses).containsExactly("r4@4");
    }

    @Test
    void bytesBeyondTheLastAddressAreThoseFromZero() {
        bus.add(-2, 2, high);
        bus.add(0, 1, low);

        assertThat(bus.read(-2, 4)).isEqualTo(0x0010_a1a0);
        assertThat(heard).containsExactly("r1@1=0");
    }

    @Test
    void aRangeMayBeTheWholeAddressSpaceButOneByte() {
        bus.add(0, -1, low);

        bus.read(-3, 2);
        bus.read(-2, 2);

        assertThat(low.accesses).containsExactly("r2@-3", "r1@-2");
        assertThat(heard).containsExactly("r1@ffffffffffffffff=0");
    }

    @ParameterizedTest
    @CsvSource({"fff,2", "1000,1", "1007,1", "1007,100", "ff0,1000", "1003,1", "0,-1"})
    void anOverlapIsRefusedWithBothRanges(String address, String size) {
        bus.add(0x1000, 8, low);
        long first = Long.parseLong(address, 16);

        assertThatThrownBy(() -> bus.add(first, Long.parseLong(size, 16), high))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "expected guest addresses that no handler answers for, got 0x" + address + " to 0x")
                .hasMessageContaining("of which 0x1000 to 0x1007 are those of " + low);

        bus.read(0x1000, 8);
        assertThat(low.accesses).containsExactly("r8@0");
    }

    @Test
    void rangesThatTouchDoNotOverlap() {
        bus.add(0x1000, 8, low);
        bus.add(0x1008, 1, high);
        bus.add(0xfff, 1, high);

        bus.read(0x1008, 1);
        bus.read(0xfff, 1);

        assertThat(high.accesses).containsExactly("r1@0", "r1@0");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "-8,9", "-1,2", "2,-1"})
    void aRangeHasBytesAndEndsWithin64Bits(long address, long size) {
        assertThatThrownBy(() -> bus.add(address, size, low))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at guest address 0x" + Long.toHexString(address))
                .hasMessageContaining("got 0x" + Long.toHexString(size) + " bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 9, 16})
    void anAccessHasOneToEightBytes(int width) {
        assertThatThrownBy(() -> bus.read(0x1000, width))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected an access of 1 to 8 bytes, got " + width);
        assertThatThrownBy(() -> bus.write(0x1000, width, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHandlerAtTwoPlacesLosesThatOneOnly() {
        MmioRange first = bus.add(0x1000, 8, low);
        bus.add(0x2000, 8, low);

        first.close();
        bus.read(0x1000, 1);
        bus.read(0x2001, 1);

        assertThat(low.accesses).containsExactly("r1@1");
    }

    @Test
    void aRangeThatIsClosedAnswersNoMoreAndItsPlaceIsFree() {
        MmioRange range = bus.add(0x1000, 8, low);
        bus.add(0x2000, 8, high);

        range.close();
        range.close();

        assertThat(bus.read(0x1000, 4)).isZero();
        assertThat(low.accesses).isEmpty();
        bus.add(0x1004, 0x10, high);
        range.close();
        assertThat(bus.read(0x1004, 1)).isEqualTo(0xa0);
        assertThat(bus.read(0x2000, 1)).isEqualTo(0xa0);
    }
}
