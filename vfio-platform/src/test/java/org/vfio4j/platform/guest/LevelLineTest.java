// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However device, Linux, the program and the guest interleave: no level interrupt is lost, none comes twice. */
class LevelLineTest {
    private static final int SEEDS = 1000;

    @ParameterizedTest(name = "{0} lines, {1} vCPUs, mapped: {2}")
    @CsvSource({"1, 1, false", "3, 1, false", "1, 2, false", "3, 3, false", "1, 1, true", "3, 1, true", "2, 3, true"})
    void everyInterruptIsServedAndNoneIsDoubled(int lines, int cpus, boolean mapped) {
        long asserted = 0;
        long taken = 0;
        long traps = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            LineModel model = new LineModel(seed, lines, cpus, mapped);
            model.run(2000);
            String what = "seed " + seed + ": " + model;
            assertThat(model.isServed()).as(what).isTrue();
            assertThat(model.doubled).as(what).isZero();
            asserted += model.asserted;
            taken += model.taken();
            traps += model.traps;
        }
        assertThat(asserted).isGreaterThan(SEEDS * 10);
        assertThat(taken).isGreaterThan(SEEDS * 5);
        assertThat(traps > SEEDS).isEqualTo(mapped);
    }
}
