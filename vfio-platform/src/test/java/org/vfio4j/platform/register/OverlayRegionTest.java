// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.SimulatedBoard;

/** Offsets that a program answers for: 0x10 to 0x1f of a device. */
class OverlayRegionTest {
    private final List<String> handled = new ArrayList<>();
    private PlatformDevice device;
    private Region below;
    private Region region;

    private RegisterHandler answering(String name, long answer) {
        return new RegisterHandler() {
            @Override
            public long read(long offset, int width) {
                handled.add(name + " read " + width + " at " + offset);
                return answer;
            }

            @Override
            public void write(long offset, int width, long value) {
                handled.add(name + " write " + width + " at " + offset + " of 0x" + Long.toHexString(value));
            }
        };
    }

    @BeforeEach
    void open() throws IOException {
        SimulatedBoard board = Board.builder().build();
        device = PlatformDevice.open(board.syscalls(), board.files(), Board.LEFT);
        below = device.region(0);
        region = below.overlay(0x10, 0x10, answering("a", -1));
    }

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void its_offsets_are_the_handlers() {
        assertThat(region.read8(0x10)).isEqualTo(0xff);
        assertThat(region.read16(0x1e)).isEqualTo(0xffff);
        assertThat(region.read32(0x14)).isEqualTo(-1);
        region.write8(0x11, -2);
        region.write16(0x12, 0x8000);
        region.write32(0x1c, -1);

        assertThat(handled)
                .containsExactly(
                        "a read 1 at 16",
                        "a read 2 at 30",
                        "a read 4 at 20",
                        "a write 1 at 17 of 0xfe",
                        "a write 2 at 18 of 0x8000",
                        "a write 4 at 28 of 0xffffffff");
        for (int offset = 0; offset < 0x100; offset += 4) {
            assertThat(below.read32(offset)).as("nothing reached the device").isZero();
        }
    }

    @Test
    void everything_else_passes_through() {
        region.write32(0xc, 0x11223344);
        region.write16(0x20, 0x5566);
        region.write8(0xff, 0x77);
        assertThat(below.read32(0xc)).isEqualTo(0x11223344);
        assertThat(below.read16(0x20)).isEqualTo(0x5566);
        assertThat(region.read8(0xff)).isEqualTo(0x77);
        assertThat(region.read16(0xc)).isEqualTo(0x3344);
        assertThat(handled).isEmpty();
    }

    // The device below is trapped and cannot do it; the handler decides for itself.
    @Test
    void sixty_four_bits_are_the_handlers_choice() {
        assertThat(region.read64(0x18)).isEqualTo(-1);
        region.write64(0x10, 5);
        assertThat(handled).containsExactly("a read 8 at 24", "a write 8 at 16 of 0x5");
        assertThatThrownBy(() -> region.read64(0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> region.write64(0, 0)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void an_access_that_is_partly_inside_is_refused() {
        Region byteInAWord = below.overlay(0x42, 1, answering("b", 0));
        assertThat(byteInAWord.read8(0x42)).isZero();
        assertThat(byteInAWord.read8(0x43)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> byteInAWord.read32(0x40))
                .withMessageContaining("32-bit read at 0x40")
                .withMessageContaining("only a part of it is in the overlay of 0x42 to 0x42");
        assertThatIllegalArgumentException().isThrownBy(() -> byteInAWord.write16(0x42, 0));
        assertThat(handled).containsExactly("b read 1 at 66");
    }

    @Test
    void of_overlays_that_overlap_the_last_one_answers() {
        Region both = region.overlay(0x14, 4, answering("b", 7));
        assertThat(both.read32(0x10)).isEqualTo(-1);
        assertThat(both.read32(0x14)).isEqualTo(7);
        assertThat(both.read32(0x20)).isZero();
        assertThat(handled).containsExactly("a read 4 at 16", "b read 4 at 20");
    }

    @Test
    void the_rules_of_every_access_hold_for_the_handler_too() {
        assertThatIllegalArgumentException().isThrownBy(() -> region.read32(0x12));
        assertThatIllegalArgumentException().isThrownBy(() -> region.write8(0x12, 0x100));
        assertThatThrownBy(() -> region.read32(0x100)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(handled).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0xfc, 8", "0x100, 1", "-1, 1", "0, -1"})
    void an_overlay_is_inside_the_region(String offset, long length) {
        assertThatThrownBy(() -> below.overlay(Long.decode(offset), length, answering("b", 0)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void an_overlay_of_nothing_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> below.overlay(0, 0, answering("b", 0)));
    }

    @Test
    void closing_either_closes_both() throws IOException {
        region.close();
        assertThat(below.isClosed()).isTrue();
        assertThatThrownBy(() -> region.read8(0x10)).isInstanceOf(IllegalStateException.class);
        Region again = device.region(0).overlay(0x10, 0x10, answering("b", 0));
        device.region(0).close();
        assertThat(again.isClosed()).isTrue();
        assertThatThrownBy(() -> again.write8(0x10, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(handled).isEmpty();
    }
}
