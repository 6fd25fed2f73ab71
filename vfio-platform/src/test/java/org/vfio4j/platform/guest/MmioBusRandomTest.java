// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bus against the simplest that can be right: an owner for every byte of a small address space. */
final class MmioBusRandomTest {
    private static final int SPACE = 256;
    private static final int STEPS = 20_000;

    /** A handler whose bytes are memory, as long as its range. */
    private static final class Bytes implements MmioHandler {
        private final byte[] bytes;

        private Bytes(int size) {
            this.bytes = new byte[size];
        }

        @Override
        public long read(long offset, int width) {
            long value = 0;
            for (int i = 0; i < width; i++) {
                value |= (bytes[(int) offset + i] & 0xffL) << (8 * i);
            }
            return value;
        }

        @Override
        public void write(long offset, int width, long value) {
            assertThat(width == 8 ? 0 : value >>> (8 * width))
                    .as("above the width")
                    .isZero();
            for (int i = 0; i < width; i++) {
                bytes[(int) offset + i] = (byte) (value >>> (8 * i));
            }
        }
    }

    private record Placed(MmioRange range, int first, int size) {}

    private final MmioBus bus = new MmioBus();
    private final boolean[] owned = new boolean[SPACE];
    private final byte[] model = new byte[SPACE];
    private final List<Placed> placed = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 20_130_703, 0x7fff_0000_1234L, -77})
    void theBusDoesWhatAnOwnerForEachByteDoes(long seed) {
        // Once at the bottom of the address space, else anywhere, also around the last positive number.
        long base = seed == 1 ? 0 : seed == -77 ? Long.MAX_VALUE - SPACE / 2 : new Random(seed).nextLong() & -4096;
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + " step " + step;
            switch (random.nextInt(12)) {
                case 0 -> add(base, random.nextInt(SPACE), 1 + random.nextInt(24), where);
                case 1 -> remove(random);
                default -> access(base, random.nextInt(SPACE - 8), 1 + random.nextInt(8), random, where);
            }
        }
        assertThat(bus.unassigned().reads()).isPositive();
        assertThat(bus.unassigned().writes()).isPositive();
    }

    private void add(long base, int first, int wanted, String where) {
        int size = Math.min(wanted, SPACE - first);
        boolean free = true;
        for (int i = first; i < first + size; i++) {
            free &= !owned[i];
        }
        if (!free) {
            assertThatThrownBy(() -> bus.add(base + first, size, new Bytes(size)))
                    .as(where)
                    .isInstanceOf(IllegalArgumentException.class);
            return;
        }
        placed.add(new Placed(bus.add(base + first, size, new Bytes(size)), first, size));
        own(first, size, true);
    }

    private void remove(Random random) {
        if (!placed.isEmpty()) {
            Placed gone = placed.remove(random.nextInt(placed.size()));
            gone.range().close();
            own(gone.first(), gone.size(), false);
        }
    }

    private void own(int first, int size, boolean value) {
        for (int i = first; i < first + size; i++) {
            owned[i] = value;
            model[i] = 0;
        }
    }

    private void access(long base, int at, int width, Random random, String where) {
        if (random.nextBoolean()) {
            long value = random.nextLong();
            bus.write(base + at, width, value);
            for (int i = 0; i < width; i++) {
                if (owned[at + i]) {
                    model[at + i] = (byte) (value >>> (8 * i));
                }
            }
        }
        long expected = 0;
        for (int i = 0; i < width; i++) {
            expected |= (model[at + i] & 0xffL) << (8 * i);
        }
        assertThat(bus.read(base + at, width)).as(where).isEqualTo(expected);
    }
}
