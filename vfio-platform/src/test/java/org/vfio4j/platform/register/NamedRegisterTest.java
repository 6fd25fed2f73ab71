// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.SimulatedBoard;

/** Registers and fields with the names of a data sheet. */
class NamedRegisterTest {
    private static final Register32 CONTROL = Register32.at(0x2c);
    private static final Field ENABLE = CONTROL.bit(0);
    private static final Field LENGTH = CONTROL.bits(6, 5);
    private static final Field TOP = CONTROL.bit(31);
    private static final Field WHOLE = CONTROL.bits(31, 0);
    private static final Register64 ADDRESS = Register64.at(0x40);
    private static final Field64 HIGH = ADDRESS.bits(63, 32);
    private static final Field64 LAST = ADDRESS.bit(63);

    private PlatformDevice timer;
    private Region region;

    @BeforeEach
    void open() throws IOException {
        SimulatedBoard board = Board.builder().build();
        timer = PlatformDevice.open(board.syscalls(), board.files(), Board.TIMER);
        region = timer.region(0);
    }

    @AfterEach
    void close() {
        timer.close();
    }

    @Test
    void a_register_is_a_place_of_one_width() {
        Register8.at(0x10).write(region, 0x11);
        Register16.at(0x12).write(region, 0x3322);
        assertThat(Register32.at(0x10).read(region)).isEqualTo(0x33220011);
        assertThat(Register8.at(0x13).read(region)).isEqualTo(0x33);
        assertThat(Register16.at(0x12).read(region)).isEqualTo(0x3322);
        ADDRESS.write(region, -2);
        assertThat(ADDRESS.read(region)).isEqualTo(-2);
        assertThat(region.read32(0x44)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"-4, 4", "2, 4", "1, 2", "-1, 1", "4, 8", "-2, 2"})
    void a_register_that_no_access_could_reach_is_none(long offset, int width) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    switch (width) {
                        case 1 -> Register8.at(offset);
                        case 2 -> Register16.at(offset);
                        case 4 -> Register32.at(offset);
                        default -> Register64.at(offset);
                    }
                })
                .withMessageStartingWith("a register of " + 8 * width + " bits")
                .withMessageEndingWith("not at " + offset);
    }

    @Test
    void registers_of_channels_are_a_list() {
        List<Register32> channels = Register32.array(0x100, 0x20, 3);
        assertThat(channels).containsExactly(Register32.at(0x100), Register32.at(0x120), Register32.at(0x140));
        channels.get(2).write(region, 9);
        assertThat(region.read32(0x140)).isEqualTo(9);
        assertThat(Register8.array(7, -1, 2)).containsExactly(Register8.at(7), Register8.at(6));
        assertThat(Register16.array(0, 2, 0)).isEmpty();
        assertThat(Register64.array(8, 8, 1)).containsExactly(Register64.at(8));
        assertThatIllegalArgumentException().isThrownBy(() -> Register32.array(0, 2, 2));
    }

    @Test
    void a_field_is_bits_of_a_register() {
        assertThat(LENGTH.mask()).isEqualTo(0x60);
        assertThat(TOP.mask()).isEqualTo(0x80000000);
        assertThat(WHOLE.mask()).isEqualTo(-1);
        assertThat(LENGTH.in(0xff)).isEqualTo(3);
        assertThat(TOP.in(-1)).isOne();
        assertThat(WHOLE.in(-5)).isEqualTo(-5);
        assertThat(LENGTH.of(2) | ENABLE.of(1)).isEqualTo(0x41);
        assertThat(LENGTH.insert(-1, 1)).isEqualTo(0xffffffbf);
        assertThat(HIGH.in(0x1234567800000000L)).isEqualTo(0x12345678);
        assertThat(LAST.of(1)).isEqualTo(Long.MIN_VALUE);
        assertThat(HIGH.insert(1, 2)).isEqualTo(0x200000001L);
    }

    @Test
    void a_field_is_read_and_written_inside_its_register() {
        CONTROL.write(region, 0xffffff9e);
        LENGTH.write(region, 2);
        assertThat(CONTROL.read(region)).isEqualTo(0xffffffde);
        assertThat(LENGTH.read(region)).isEqualTo(2);
        assertThat(ENABLE.isSet(region)).isFalse();
        ENABLE.write(region, 1);
        assertThat(ENABLE.isSet(region)).isTrue();
        assertThat(TOP.isSet(region)).isTrue();
        LAST.write(region, 1);
        assertThat(LAST.isSet(region)).isTrue();
        assertThat(HIGH.read(region)).isEqualTo(0x80000000L);
    }

    @Test
    void a_value_that_does_not_fit_a_field_is_refused_before_any_access() {
        CONTROL.write(region, 0x11);
        for (int value : new int[] {4, -1, 0x80000000}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LENGTH.write(region, value))
                    .withMessageContaining("does not fit the field 0x60 of the register at 0x2c");
        }
        assertThat(CONTROL.read(region)).isEqualTo(0x11);
        assertThatIllegalArgumentException().isThrownBy(() -> HIGH.of(1L << 32));
        assertThat(WHOLE.of(-1)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"32, 0", "0, 1", "-1, -1", "31, -1", "31, 32"})
    void a_field_outside_its_register_is_none(int highest, int lowest) {
        assertThatThrownBy(() -> CONTROL.bits(highest, lowest)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void a_field_knows_the_width_of_its_register() {
        assertThat(Register8.at(0).bit(7).mask()).isEqualTo(0x80);
        assertThatThrownBy(() -> Register8.at(0).bit(8)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(Register16.at(0).bits(15, 8).mask()).isEqualTo(0xff00);
        assertThatThrownBy(() -> Register16.at(0).bit(16)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ADDRESS.bit(64)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
