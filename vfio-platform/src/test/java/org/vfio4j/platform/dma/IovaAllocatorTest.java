// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.vfio.IovaRange;

/** Which IOVA a buffer gets. */
class IovaAllocatorTest {
    private static final long ALL = -1L;

    private static IovaAllocator of(long... ends) {
        List<IovaRange> ranges = new ArrayList<>();
        for (int i = 0; i < ends.length; i += 2) {
            ranges.add(new IovaRange(ends[i], ends[i + 1]));
        }
        return new IovaAllocator(ranges);
    }

    @Test
    void theLowestRunThatFitsIsTaken() {
        IovaAllocator iovas = of(0, 0xfff, 0x4000, 0x7fff, 0x10000, 0xfffff);
        assertThat(iovas.take(0x2000, 0x1000, 0, ALL)).hasValue(0x4000);
        assertThat(iovas.take(0x1000, 0x1000, 0, ALL)).hasValue(0);
        assertThat(iovas.take(0x3000, 0x1000, 0, ALL)).as("does not fit before").hasValue(0x10000);
        assertThat(iovas.take(0x2000, 0x1000, 0, ALL)).hasValue(0x6000);
        iovas.giveBack(0x4000, 0x2000);
        assertThat(iovas.take(0x1000, 0x1000, 0, ALL)).as("used again").hasValue(0x4000);
    }

    @Test
    void aRunIsAlignedAndWithinItsBounds() {
        IovaAllocator iovas = of(0x1000, 0xfffff);
        assertThat(iovas.take(0x1000, 0x10000, 0, ALL)).hasValue(0x10000);
        assertThat(iovas.take(0x1000, 0x1000, 0x8000, ALL)).as("not below").hasValue(0x8000);
        assertThat(iovas.take(0x8000, 0x1000, 0, 0x7fff))
                .as("one page is missing")
                .isEmpty();
        assertThat(iovas.take(0x7000, 0x1000, 0, 0x7fff)).hasValue(0x1000);
        assertThat(iovas.take(0x1000, 0x100000, 0, ALL)).as("no such multiple").isEmpty();
    }

    @Test
    void addressesAreUnsignedAndTheLastOneIsOne() {
        IovaAllocator iovas = of(0xffff_ffff_ffff_0000L, -1);
        assertThat(iovas.take(0x10000, 0x20000, 0, ALL)).as("would wrap").isEmpty();
        assertThat(iovas.take(0x8000, 0x8000, 0, ALL)).hasValue(0xffff_ffff_ffff_0000L);
        assertThat(iovas.take(0x8000, 0x8000, 0, ALL)).hasValue(0xffff_ffff_ffff_8000L);
        assertThat(iovas.take(1, 1, 0, ALL)).isEmpty();
        iovas.giveBack(0xffff_ffff_ffff_8000L, 0x8000);
        iovas.giveBack(0xffff_ffff_ffff_0000L, 0x8000);
        assertThat(iovas.free()).containsExactly(new IovaRange(0xffff_ffff_ffff_0000L, -1));
        IovaAllocator everything = of(0, -1);
        assertThat(everything.takeAt(-0x1000L, 0x1000)).isTrue();
        assertThat(everything.takeAt(-0x1000L, 0x2000)).as("would wrap").isFalse();
        everything.giveBack(-0x1000L, 0x1000);
        assertThat(everything.free()).containsExactly(new IovaRange(0, -1));
    }

    @Test
    void aGivenRunIsTakenIfAllOfItIsFree() {
        IovaAllocator iovas = of(0, 0x7ff_ffff, 0x810_0000, 0xffff_ffffL);
        assertThat(iovas.takeAt(0x7ff_f000, 0x1000)).isTrue();
        assertThat(iovas.takeAt(0x7ff_f000, 0x1000)).as("taken").isFalse();
        assertThat(iovas.takeAt(0x7ff_e000, 0x2000)).as("half of it taken").isFalse();
        assertThat(iovas.takeAt(0x800_0000, 0x1000)).as("reserved").isFalse();
        assertThat(iovas.takeAt(0x80f_f000, 0x2000)).as("half of it reserved").isFalse();
        assertThat(iovas.takeAt(0x1_0000_0000L, 0x1000)).as("outside").isFalse();
    }

    @Test
    void whatIsFreeIsNotGivenBack() {
        IovaAllocator iovas = of(0, 0xffff);
        assertThatThrownBy(() -> iovas.giveBack(0x1000, 0x1000)).isInstanceOf(IllegalArgumentException.class);
        assertThat(iovas.takeAt(0x1000, 0x1000)).isTrue();
        assertThatThrownBy(() -> iovas.giveBack(0x1000, 0x2000)).isInstanceOf(IllegalArgumentException.class);
        iovas.giveBack(0x1000, 0x1000);
        assertThat(iovas.free()).containsExactly(new IovaRange(0, 0xffff));
    }

    private record Taken(int first, int length) {}

    /** Against a map of pages, over ranges at the start, in the middle and at the very end of the address space. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyOrderOfCallsKeepsTheBooks(long seed) {
        Random random = new Random(seed);
        int pages = 256;
        long base = new long[] {0, 0x8000_0000_0000_0000L - 128 * 4096, -256 * 4096L}[random.nextInt(3)];
        BitSet free = new BitSet();
        List<IovaRange> ranges = new ArrayList<>();
        for (int first = 0; first < pages - 40; first += 40 + random.nextInt(30)) {
            int count = 10 + random.nextInt(30);
            free.set(first, first + count);
            ranges.add(new IovaRange(base + first * 4096L, base + (first + count) * 4096L - 1));
        }
        BitSet all = (BitSet) free.clone();
        IovaAllocator iovas = new IovaAllocator(ranges);
        List<Taken> taken = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String what = "step " + i + ", seed " + seed;
            if (!taken.isEmpty() && random.nextInt(100) < 48) {
                Taken back = taken.remove(random.nextInt(taken.size()));
                iovas.giveBack(base + back.first * 4096L, back.length * 4096L);
                free.set(back.first, back.first + back.length);
            } else if (random.nextInt(4) == 0) {
                int first = random.nextInt(pages);
                int length = 1 + random.nextInt(4);
                boolean possible = free.get(first, first + length).cardinality() == length;
                assertThat(iovas.takeAt(base + first * 4096L, length * 4096L))
                        .as(what)
                        .isEqualTo(possible);
                take(free, taken, possible ? first : -1, length);
            } else {
                int length = 1 + random.nextInt(8);
                int alignment = 1 << random.nextInt(4);
                int highest = random.nextBoolean() ? pages - 1 : random.nextInt(pages);
                int expected = firstFit(free, length, alignment, highest);
                OptionalLong got =
                        iovas.take(length * 4096L, alignment * 4096L, base, base + (highest + 1) * 4096L - 1);
                assertThat(got)
                        .as(what)
                        .isEqualTo(expected < 0 ? OptionalLong.empty() : OptionalLong.of(base + expected * 4096L));
                take(free, taken, expected, length);
            }
        }
        taken.forEach(back -> iovas.giveBack(base + back.first * 4096L, back.length * 4096L));
        taken.forEach(back -> free.set(back.first, back.first + back.length));
        assertThat(free).isEqualTo(all);
        assertThat(iovas.free()).as("seed %d: all runs are whole again", seed).isEqualTo(ranges);
    }

    private static void take(BitSet free, List<Taken> taken, int first, int length) {
        if (first >= 0) {
            free.clear(first, first + length);
            taken.add(new Taken(first, length));
        }
    }

    private static int firstFit(BitSet free, int length, int alignment, int highest) {
        for (int first = 0; first + length - 1 <= highest; first += alignment) {
            if (free.get(first, first + length).cardinality() == length) {
                return first;
            }
        }
        return -1;
    }
}
