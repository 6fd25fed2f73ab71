// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaudDivisorTest {
    /** The first two are the examples of ARM DDI 0183, chapter 3.3.6. */
    @ParameterizedTest
    @CsvSource({
        "4000000, 230400, 1, 5",
        "4000000, 9600, 26, 3",
        "24000000, 115200, 13, 1",
        "48000000, 115200, 26, 3",
        "24000000, 1500000, 1, 0",
        "3000000000, 3000000, 62, 32",
        "10485600, 10, 65535, 0"
    })
    void itIsTheNearest(long clock, int baud, int integer, int fraction) {
        assertThat(BaudDivisor.of(clock, baud)).isEqualTo(new BaudDivisor(integer, fraction));
    }

    @ParameterizedTest
    @CsvSource({"24000000, 1600000", "24000000, 22", "10485700, 10"})
    void aRateOutOfReachIsRefused(long clock, int baud) {
        assertThatThrownBy(() -> BaudDivisor.of(clock, baud))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("and not " + baud);
    }

    @Test
    void aRateIsMoreThanNothing() {
        assertThatThrownBy(() -> BaudDivisor.of(24_000_000, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BaudDivisor.of(0, 9600)).isInstanceOf(IllegalArgumentException.class);
    }
}
