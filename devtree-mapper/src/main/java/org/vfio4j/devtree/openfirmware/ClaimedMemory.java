// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.List;
import org.vfio4j.devtree.openfirmware.RangeSet.Range;

/**
 * Which memory the client has claimed. RAM is free, claimed or reserved, and never two of these. Only the first 4 GiB
 * can be claimed, as an address is one cell.
 */
final class ClaimedMemory {
    /** Free and claimed ranges that a client can make; more would be an attack on the memory of this process. */
    static final int MAX_RANGES = 4096;

    private static final long LIMIT = 1L << 32;

    private final List<NodeMemory> nodes;
    private final RangeSet free = new RangeSet();
    private final RangeSet claimed = new RangeSet();

    ClaimedMemory(List<NodeMemory> nodes) {
        this.nodes = nodes;
        for (NodeMemory node : nodes) {
            node.ram().forEach(range -> free.add(range.start(), range.end()));
        }
    }

    List<NodeMemory> nodes() {
        return nodes;
    }

    RangeSet free() {
        return free;
    }

    RangeSet claimed() {
        return claimed;
    }

    /** Takes memory away for good: the client can neither claim nor release it. Not all of it need be RAM. */
    void reserve(long start, long size) {
        if (start >= 0) {
            free.remove(start, size < 0 || size > Long.MAX_VALUE - start ? Long.MAX_VALUE : start + size);
        }
    }

    /**
     * Claims a range (IEEE 1275-1994, 6.3.2.4).
     *
     * @param address where, if {@code alignment} is 0; else without meaning
     * @param size bytes, 0 to 2^32 - 1; 0 fails
     * @param alignment 0 for exactly {@code address}; else a power of two, and the smallest free range in which the
     *     block fits is taken. Address 0 is not given out so, as Linux's client takes it for a failure
     * @return the address; -1 if it fails, and then nothing has changed
     */
    long claim(long address, long size, long alignment) {
        if (size == 0 || Long.bitCount(alignment) > 1 || isFull()) {
            return Service.FAILED;
        }
        long start = alignment == 0 ? address : bestFit(size, alignment);
        // The address 0xffffffff would read as a failure.
        if (start < 0 || start >= LIMIT - 1 || start + size > LIMIT || !free.contains(start, start + size)) {
            return Service.FAILED;
        }
        free.remove(start, start + size);
        claimed.add(start, start + size);
        return start;
    }

    private long bestFit(long size, long alignment) {
        long best = Service.FAILED;
        long least = Long.MAX_VALUE;
        for (Range range : free.within(0, LIMIT)) {
            long start = range.start() == 0 ? alignment : (range.start() + alignment - 1) & -alignment;
            if (start + size <= range.end() && range.size() < least) {
                best = start;
                least = range.size();
            }
        }
        return best;
    }

    /**
     * Gives a range back (IEEE 1275-1994, 6.3.2.4). It may be a part of a claim or several claims that touch, but all of
     * it must be claimed.
     *
     * @return 0; -1 if it fails, and then nothing has changed
     */
    int release(long address, long size) {
        if (size == 0 || isFull() || !claimed.contains(address, address + size)) {
            return Service.FAILED;
        }
        claimed.remove(address, address + size);
        free.add(address, address + size);
        return 0;
    }

    private boolean isFull() {
        return free.count() + claimed.count() >= MAX_RANGES;
    }
}
