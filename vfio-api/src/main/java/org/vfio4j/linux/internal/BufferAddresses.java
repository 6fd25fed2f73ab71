// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux.internal;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.function.ToLongFunction;

/**
 * The addresses of buffers that are used again and again. They do not change, and to ask the JVM for one costs 18 ns,
 * which is a twelfth of a small system call. A buffer finds its place by its identity, and keeps it until it is garbage;
 * one that finds the place taken is asked for each time, so that nothing is allocated for a call.
 *
 * <p>Safe for use by several threads: an entry is immutable, and of two that race for a place one is lost.
 */
final class BufferAddresses {
    private static final int PLACES = 1024;

    private final ToLongFunction<ByteBuffer> asked;
    private final Entry[] entries = new Entry[PLACES];

    /** {@code start}: the address of byte 0. */
    private record Entry(WeakReference<ByteBuffer> buffer, long start) {}

    /** {@code asked}: answers the address of a buffer's byte 0. */
    BufferAddresses(ToLongFunction<ByteBuffer> asked) {
        this.asked = asked;
    }

    /** The address of a direct buffer's position. */
    long of(ByteBuffer buffer) {
        int place = System.identityHashCode(buffer) & (PLACES - 1);
        Entry entry = entries[place];
        if (entry != null && entry.buffer.refersTo(buffer)) {
            return entry.start + buffer.position();
        }
        long start = asked.applyAsLong(buffer);
        if (entry == null || entry.buffer.refersTo(null)) {
            entries[place] = new Entry(new WeakReference<>(buffer), start);
        }
        return start + buffer.position();
    }
}
