// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The word of KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION (Documentation/virt/kvm/devices/arm-vgic-v3.rst). */
class RedistributorRegionTest {
    @Test
    void countBaseAndIndexHaveTheirBits() {
        RedistributorRegion region = new RedistributorRegion(3, 0x80a_0000L, 0x123);

        assertThat(region.toWord()).isEqualTo(0x1230_0000_080a_0003L);
        assertThat(RedistributorRegion.ofWord(0x1230_0000_080a_0003L)).isEqualTo(region);
    }

    @Test
    void theLargestOfEachFitsBesideTheOthers() {
        RedistributorRegion region = new RedistributorRegion(0xff, 0x000f_ffff_ffff_0000L, 0xfff);

        assertThat(region.toWord()).isEqualTo(0xffff_ffff_ffff_00ffL);
        assertThat(RedistributorRegion.ofWord(region.toWord())).isEqualTo(region);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 1", "256, 0, 1", "0, 4096, 1", "0, 4503599627370496, 1", "0, 0, 0", "0, 0, 4096", "0, -65536, 1"
    })
    void whatHasNoRoomIsRefused(int index, long base, int count) {
        assertThatThrownBy(() -> new RedistributorRegion(index, base, count))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got ");
    }

    @ParameterizedTest
    @ValueSource(longs = {0x0010_0000_0000_1000L, 0x0010_0000_0000_8000L, 0})
    void aWordWithFlagsOrNothingInItIsNone(long word) {
        assertThatThrownBy(() -> RedistributorRegion.ofWord(word)).isInstanceOf(IllegalArgumentException.class);
    }
}
