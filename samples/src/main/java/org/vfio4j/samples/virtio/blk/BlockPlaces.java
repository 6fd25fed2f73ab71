// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

/** Numbers of blocks: all of them in order and again from the start, or at random, always the same. */
final class BlockPlaces {
    /** Knuth's MMIX: a program in C can do the same. */
    private static final long MULTIPLIER = 6364136223846793005L;

    private static final long INCREMENT = 1442695040888963407L;

    private final long blocks;
    private final boolean random;
    private long state;

    BlockPlaces(long blocks, boolean random) {
        this.blocks = blocks;
        this.random = random;
    }

    long next() {
        state = random ? state * MULTIPLIER + INCREMENT : state + 1;
        // The low bits of such a generator repeat soon.
        return (random ? state >>> 33 : state) % blocks;
    }
}
