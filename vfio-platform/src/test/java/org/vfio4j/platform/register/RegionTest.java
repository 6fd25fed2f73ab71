// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.RegisterAccess;
import org.vfio4j.platform.sim.SimulatedBoard;

/** What an access of a region does, on a board whose registers are memory. */
class RegionTest {
    private final List<RegisterAccess> trapped = new ArrayList<>();
    private final SimulatedBoard board = Board.builder().accessLog(trapped::add).build();
    private final Map<String, PlatformDevice> opened = new HashMap<>();

    private Region region(String device, Access access) throws IOException {
        if (!opened.containsKey(device)) {
            opened.put(device, PlatformDevice.open(board.syscalls(), board.files(), device));
        }
        return opened.get(device).region(0, access);
    }

    @AfterEach
    void closeDevices() {
        opened.values().forEach(PlatformDevice::close);
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void a_register_has_the_value_that_was_written_at_each_width(Access access) throws IOException {
        Region region = region(Board.TIMER, access);
        region.write32(0x10, 0x89abcdef);

        assertThat(region.read32(0x10)).isEqualTo(0x89abcdef);
        assertThat(region.read16(0x10)).isEqualTo(0xcdef);
        assertThat(region.read16(0x12)).isEqualTo(0x89ab);
        assertThat(region.read8(0x10)).isEqualTo(0xef);
        assertThat(region.read8(0x13)).isEqualTo(0x89);

        region.write16(0x12, 0x8001);
        region.write8(0x11, 0x80);
        assertThat(region.read32(0x10)).isEqualTo(0x800180ef);
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void a_big_endian_register_is_turned_round(Access access) throws IOException {
        Region region = region(Board.BIG, access);
        assertThat(region.byteOrder()).isEqualTo(ByteOrder.BIG_ENDIAN);
        region.write32(0, 0x01020304);

        assertThat(region.read32(0)).isEqualTo(0x01020304);
        assertThat(region.read16(0)).isEqualTo(0x0102);
        assertThat(region.read8(0)).isEqualTo(1);
        assertThat(region.read8(3)).isEqualTo(4);
        region.write16(2, 0xa0b0);
        assertThat(region.read32(0)).isEqualTo(0x0102a0b0);
    }

    @Test
    void mapped_and_trapped_access_see_the_same_registers_in_either_order() throws IOException {
        for (String device : List.of(Board.TIMER, Board.BIG)) {
            Region mapped = region(device, Access.MAPPED);
            Region other = region(device, Access.TRAPPED);
            mapped.write32(8, 0x11223344);
            assertThat(other.read32(8)).isEqualTo(0x11223344);
            other.write16(8, 0xffee);
            assertThat(mapped.read16(8)).isEqualTo(0xffee);
        }
    }

    @Test
    void sixty_four_bits_are_one_access_of_a_mapped_region() throws IOException {
        Region region = region(Board.TIMER, Access.MAPPED);
        region.write64(8, 0x8877665544332211L);
        assertThat(region.read64(8)).isEqualTo(0x8877665544332211L);
        assertThat(region.read32(12)).isEqualTo(0x88776655);
        Region big = region(Board.BIG, Access.MAPPED);
        big.write64(8, 0x8877665544332211L);
        assertThat(big.read64(8)).isEqualTo(0x8877665544332211L);
        assertThat(big.read32(8)).isEqualTo(0x88776655);
    }

    @Test
    void sixty_four_bits_are_refused_when_trapped_before_any_access() throws IOException {
        Region region = region(Board.LEFT, Access.AUTOMATIC);
        assertThatThrownBy(() -> region.read64(8))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("64-bit read at 0x8 of 200000.uart region 0")
                .hasMessageContaining("two accesses of 32 bits")
                .hasMessageContaining("shares its page with 200100.dma");
        assertThatThrownBy(() -> region.write64(8, 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(trapped).isEmpty();
    }

    // vfio_platform_read_mmio would split any other combination of offset and count.
    @Test
    void a_trapped_access_is_one_access_of_the_kernel() throws IOException {
        Region region = region(Board.LEFT, Access.AUTOMATIC);
        region.write8(7, 0xff);
        region.write16(6, 0x1234);
        region.write32(4, 5);
        region.read8(1);
        region.read16(2);
        region.read32(0);

        assertThat(trapped)
                .extracting(access -> access.width() + (access.write() ? " to " : " from ") + access.offset())
                .containsExactly("1 to 7", "2 to 6", "4 to 4", "1 from 1", "2 from 2", "4 from 0");
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1",
        "2, 0xffd",
        "4, 1",
        "4, 2",
        "4, 3",
        "4, 0xffe",
        "8, 4",
        "8, 1",
        "8, 0xffc",
    })
    void an_offset_that_is_no_multiple_of_the_width_is_refused(int width, int offset) throws IOException {
        for (Access access : Access.values()) {
            Region region = region(Board.TIMER, access);
            // At the end of the region it may be said to be outside as well.
            assertThatThrownBy(() -> read(region, width, offset))
                    .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class)
                    .hasMessageContaining(8 * width + "-bit read at 0x" + Integer.toHexString(offset));
            assertThatThrownBy(() -> write(region, width, offset))
                    .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class)
                    .hasMessageContaining(8 * width + "-bit write at 0x" + Integer.toHexString(offset));
            assertThat(region.read32(offset & ~3)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0x1000",
        "2, 0x1000",
        "4, 0x1000",
        "8, 0x1000",
        "1, -1",
        "4, -4",
        "8, -8",
        "4, 0x100000000",
        "4, 0x7ffffffffffffffc",
        "8, 0x7ffffffffffffff8",
        "4, -0x8000000000000000",
        "1, 0x100000000",
    })
    void an_access_outside_the_region_is_refused(int width, String at) throws IOException {
        long offset = Long.decode(at);
        for (Access access : Access.values()) {
            Region region = region(Board.TIMER, access);
            assertThatThrownBy(() -> read(region, width, offset))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("the region has 0x1000 bytes");
            assertThatThrownBy(() -> write(region, width, offset)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void the_last_bytes_are_inside() throws IOException {
        Region gpio = region(Board.RIGHT, Access.AUTOMATIC);
        assertThat(gpio.size()).isEqualTo(4);
        gpio.write32(0, -1);
        assertThat(gpio.read8(3)).isEqualTo(0xff);
        assertThatThrownBy(() -> gpio.read8(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> gpio.read64(0)).isInstanceOf(IndexOutOfBoundsException.class);
        Region timer = region(Board.TIMER, Access.MAPPED);
        timer.write64(0xff8, -1);
        assertThat(timer.read8(0xfff)).isEqualTo(0xff);
    }

    // A page that three devices share: whatever is written to one, the two others do not change.
    @Test
    void the_neighbours_in_the_page_stay_as_they_are() throws IOException {
        Region left = region(Board.LEFT, Access.AUTOMATIC);
        Region middle = region(Board.MIDDLE, Access.AUTOMATIC);
        Region right = region(Board.RIGHT, Access.AUTOMATIC);
        for (int i = 0; i < 0x200; i += 4) {
            middle.write32(i, -1);
        }
        for (int i = 0; i < 0x100; i += 4) {
            assertThat(left.read32(i)).isZero();
        }
        assertThat(right.read32(0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, -0x81", "1, 0x100", "1, 0x7fffffff", "2, -0x8001", "2, 0x10000", "2, -0x80000000"})
    void a_value_that_does_not_fit_is_refused(int width, String value) throws IOException {
        for (Access access : Access.values()) {
            Region region = region(Board.TIMER, access);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> {
                        if (width == 1) {
                            region.write8(0, Long.decode(value).intValue());
                        } else {
                            region.write16(0, Long.decode(value).intValue());
                        }
                    })
                    .withMessageContaining("does not fit a register of " + 8 * width + " bits");
            assertThat(region.read32(0)).isZero();
        }
    }

    @Test
    void a_value_may_be_signed_or_unsigned() throws IOException {
        Region region = region(Board.TIMER, Access.AUTOMATIC);
        for (int value : new int[] {-0x80, -1, 0, 0x7f, 0x80, 0xff}) {
            region.write8(0, value);
            assertThat(region.read8(0)).isEqualTo(value & 0xff);
        }
        for (int value : new int[] {-0x8000, -1, 0x7fff, 0x8000, 0xffff}) {
            region.write16(0, value);
            assertThat(region.read16(0)).isEqualTo(value & 0xffff);
        }
    }

    @Test
    void a_fifo_is_one_register_that_is_accessed_again_and_again() throws IOException {
        Region region = region(Board.LEFT, Access.AUTOMATIC);
        region.writeRepeated(0x10, new byte[] {9, 1, -2, 9}, 1, 2);
        region.writeRepeated(0x20, new short[] {3, -4}, 0, 2);
        region.writeRepeated(0x30, new int[] {5, -6}, 0, 2);
        assertThat(trapped)
                .extracting(access -> access.width() + " at " + access.offset() + " of " + access.value())
                .containsExactly(
                        "1 at 16 of 1",
                        "1 at 16 of 254",
                        "2 at 32 of 3",
                        "2 at 32 of 65532",
                        "4 at 48 of 5",
                        "4 at 48 of 4294967290");
        trapped.clear();
        byte[] bytes = new byte[4];
        short[] halves = new short[3];
        int[] words = new int[2];
        region.readRepeated(0x10, bytes, 1, 2);
        region.readRepeated(0x20, halves, 0, 3);
        region.readRepeated(0x30, words, 0, 2);
        assertThat(bytes).containsExactly(0, -2, -2, 0);
        assertThat(halves).containsExactly((short) -4, (short) -4, (short) -4);
        assertThat(words).containsExactly(-6, -6);
        assertThat(trapped).hasSize(7).noneMatch(RegisterAccess::write);
        assertThatThrownBy(() -> region.readRepeated(0, words, 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> region.writeRepeated(0, bytes, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(trapped).as("before any access").hasSize(7);
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void a_closed_region_refuses_and_says_so(Access access) throws IOException {
        Region region = region(Board.TIMER, access);
        region.write32(0, 1);
        region.close();
        assertThatCode(region::close).doesNotThrowAnyException();

        assertThat(region.isClosed()).isTrue();
        for (int width : new int[] {1, 2, 4, 8}) {
            assertThatThrownBy(() -> read(region, width, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("100000.timer region 0 is closed");
            assertThatThrownBy(() -> write(region, width, 0)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(region).hasToString("100000.timer region 0 (0x1000 bytes, closed)");
    }

    @Test
    void nothing_of_the_device_stays_mapped_after_close() throws IOException {
        Region region = region(Board.TIMER, Access.MAPPED);
        assertThat(board.mappings()).extracting(mapping -> mapping.file()).containsExactly("anon_inode:[vfio-device]");
        region.close();
        assertThat(board.mappings()).extracting(mapping -> mapping.file()).containsExactly("");
    }

    @Test
    void the_addresses_go_back_when_nothing_refers_to_the_region() throws Exception {
        Region region = region(Board.TIMER, Access.MAPPED);
        region.close();
        opened.remove(Board.TIMER).close();
        region = null;
        for (int i = 0; i < 200 && !board.mappings().isEmpty(); i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(board.mappings()).isEmpty();
    }

    @Test
    void a_region_says_how_it_is_reached() throws IOException {
        assertThat(region(Board.TIMER, Access.AUTOMATIC).access().kind()).isEqualTo(RegionAccess.Kind.MAPPED);
        assertThat(region(Board.TIMER, Access.TRAPPED).access())
                .isEqualTo(new RegionAccess(RegionAccess.Kind.TRAPPED, "asked for; it could be mapped"));
        assertThat(region(Board.TIMER, Access.AUTOMATIC)).hasToString("100000.timer region 0 (0x1000 bytes, mapped)");
    }

    @ParameterizedTest
    @EnumSource(
            value = Access.class,
            names = {"MAPPED", "MAPPED_CHECKED"})
    void a_region_that_cannot_be_mapped_says_why(Access access) {
        assertThatThrownBy(() -> region(Board.MIDDLE, access))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(
                        "200100.dma region 0 cannot be mapped: begins 0x100 into a page and size is no multiple of the"
                                + " page size of 4096; shares its page with 200000.uart, 200ffc.gpio");
    }

    static long read(Region region, int width, long offset) {
        return switch (width) {
            case 1 -> region.read8(offset);
            case 2 -> region.read16(offset);
            case 4 -> region.read32(offset);
            default -> region.read64(offset);
        };
    }

    static void write(Region region, int width, long offset) {
        switch (width) {
            case 1 -> region.write8(offset, 1);
            case 2 -> region.write16(offset, 1);
            case 4 -> region.write32(offset, 1);
            default -> region.write64(offset, 1);
        }
    }
}
