// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However device, Linux, the program and the guest interleave: no level interrupt is lost, none comes twice. */
class LevelLineTest {
    private static final int SEEDS = 500;

    /** An asserted line that fires some looks after it was unmasked. */
    private static final class SlowLine implements HostLine, GuestWire {
        private final int delay;
        private int looksLeft;
        private int unmasks;
        private boolean high;

        private SlowLine(int delay) {
            this.delay = delay;
            looksLeft = delay;
        }

        @Override
        public long take() {
            return looksLeft-- == 0 ? 1 : 0;
        }

        @Override
        public void unmask() {
            unmasks++;
            looksLeft = delay;
        }

        @Override
        public void set(boolean level) {
            high = level;
        }
    }

    @Test
    void anEventThatNoAccessFollowedIsDeliveredAsItIs() throws Exception {
        SlowLine line = new SlowLine(1);
        LevelLines lines = new LevelLines(List.of(new LevelLine(line, line)), TrapWhilePending.NOTHING_MAPPED);
        line.looksLeft = 0;
        lines.signalled(0);
        assertThat(line.high).isTrue();
        assertThat(line.unmasks).isZero();
        lines.accessed();
        assertThat(line.high).isFalse();
        lines.signalled(0);
        assertThat(line.high).isTrue();
        assertThat(line.unmasks).isOne();
    }

    /** Each of its events is of before an access. */
    @Test
    void aGuestThatAccessesTheDeviceAllTheTimeIsInterruptedAllTheSame() throws Exception {
        SlowLine line = new SlowLine(5);
        LevelLines lines = new LevelLines(List.of(new LevelLine(line, line)), TrapWhilePending.NOTHING_MAPPED);
        lines.accessed();
        line.looksLeft = 0;
        lines.signalled(0);
        assertThat(line.high).isTrue();
        assertThat(line.unmasks).isOne();
    }

    /** An access that leaves the device asserting, on a host that is quick. */
    @Test
    void aLineThatFiresAgainAtOnceStaysHigh() throws Exception {
        SlowLine line = new SlowLine(0);
        List<Boolean> levels = new ArrayList<>();
        LevelLines lines = new LevelLines(List.of(new LevelLine(line, levels::add)), TrapWhilePending.NOTHING_MAPPED);
        lines.signalled(0);
        lines.accessed();
        lines.accessed();
        assertThat(levels).containsExactly(true);
        assertThat(line.unmasks).isEqualTo(2);
    }

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
