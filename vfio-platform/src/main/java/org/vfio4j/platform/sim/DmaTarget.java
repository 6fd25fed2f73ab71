// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What an address of a device leads to.
 *
 * @param bytes the bytes from there on, 1 or more
 * @param readable whether the device may read them
 * @param writable whether it may write them
 */
record DmaTarget(ByteBuffer bytes, boolean readable, boolean writable) {
    /** What is at an offset of pinned memory. */
    static DmaTarget in(List<ByteBuffer> pinned, long offset, boolean readable, boolean writable) {
        long left = offset;
        for (ByteBuffer run : pinned) {
            if (left < run.capacity()) {
                return new DmaTarget(run.slice((int) left, run.capacity() - (int) left), readable, writable);
            }
            left -= run.capacity();
        }
        throw new IllegalArgumentException("expected an offset in the memory, got " + offset);
    }
}
