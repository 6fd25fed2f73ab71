// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.vfio4j.devtree.openfirmware.RangeSet.Range;

/** Ranges against a set of single addresses. */
class RangeSetTest {
    private static final int SIZE = 64;

    @RepeatedTest(200)
    void rangesAreThoseOfTheSingleAddresses(RepetitionInfo repetition) {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        RangeSet ranges = new RangeSet();
        BitSet bits = new BitSet();
        for (int step = 0; step < 100; step++) {
            int start = random.nextInt(SIZE);
            int end = start + random.nextInt(SIZE - start + 1);
            if (random.nextBoolean()) {
                ranges.add(start, end);
                bits.set(start, end);
            } else {
                ranges.remove(start, end);
                bits.clear(start, end);
            }
            check(ranges, bits, "seed " + seed + " step " + step);
            boolean all = start < end && bits.nextClearBit(start) >= end;
            assertThat(start < end && ranges.contains(start, end)).isEqualTo(all);
            BitSet part = bits.get(0, end);
            part.clear(0, start);
            BitSet within = new BitSet();
            ranges.within(start, end)
                    .forEach(range -> within.set(Math.toIntExact(range.start()), Math.toIntExact(range.end())));
            assertThat(within).isEqualTo(part);
        }
    }

    private static void check(RangeSet ranges, BitSet bits, String when) {
        BitSet found = new BitSet();
        long before = -1;
        for (Range range : ranges.ranges()) {
            assertThat(range.start()).as("%s: apart and in order", when).isGreaterThan(before);
            assertThat(range.size()).isPositive();
            before = range.end();
            found.set(Math.toIntExact(range.start()), Math.toIntExact(range.end()));
        }
        assertThat(found).as(when).isEqualTo(bits);
    }
}
