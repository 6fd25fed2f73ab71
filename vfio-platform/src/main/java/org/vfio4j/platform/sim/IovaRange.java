// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.vfio4j.linux.Errno;

/**
 * Addresses of a device, both ends inclusive and unsigned.
 *
 * @param first the first address
 * @param last the last address
 */
record IovaRange(long first, long last) {
    static final IovaRange ALL = new IovaRange(0, -1);

    /** The range of a length above 0; EOVERFLOW if it goes beyond 64 bits. */
    static IovaRange ofLength(long first, long length) {
        long last = first + length - 1;
        KernelError.require(Long.compareUnsigned(last, first) >= 0, Errno.EOVERFLOW);
        return new IovaRange(first, last);
    }

    boolean overlaps(IovaRange other) {
        return Long.compareUnsigned(first, other.last) <= 0 && Long.compareUnsigned(other.first, last) <= 0;
    }

    boolean contains(IovaRange other) {
        return Long.compareUnsigned(first, other.first) <= 0 && Long.compareUnsigned(other.last, last) <= 0;
    }

    /** The parts of this range that none of some ranges has, by rising address. */
    List<IovaRange> without(Collection<IovaRange> others) {
        List<IovaRange> sorted = new ArrayList<>(others);
        sorted.removeIf(other -> !overlaps(other));
        sorted.sort(Comparator.comparing(IovaRange::first, Long::compareUnsigned));
        List<IovaRange> holes = new ArrayList<>();
        long next = first;
        for (IovaRange used : sorted) {
            if (Long.compareUnsigned(next, used.first) < 0) {
                holes.add(new IovaRange(next, used.first - 1));
            }
            if (Long.compareUnsigned(used.last, last) >= 0) {
                return holes;
            }
            if (Long.compareUnsigned(used.last, next) >= 0) {
                next = used.last + 1;
            }
        }
        holes.add(new IovaRange(next, last));
        return holes;
    }

    /** The parts of this range that some ranges have, by rising address; neighbours are one. */
    List<IovaRange> within(Collection<IovaRange> others) {
        return without(without(others));
    }
}
