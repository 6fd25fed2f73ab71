// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Addresses of direct buffers. Without native code only the buffer object itself is known again, not a slice or a
 * duplicate of it: that gets an address of its own.
 */
final class BufferAddresses {
    private static final long BASE = 0x6000_0000_0000L;

    private final int pageSize;
    private final List<Known> known = new ArrayList<>();
    private long next = BASE;

    BufferAddresses(int pageSize) {
        this.pageSize = pageSize;
    }

    /** A buffer, the address of its byte 0, and whether that is in a mapping. */
    private record Known(WeakReference<ByteBuffer> buffer, long address, boolean mapped) {}

    /** Notes where a buffer's byte 0 is in a mapping. */
    void register(ByteBuffer buffer, long address) {
        add(buffer, address, true);
    }

    private void add(ByteBuffer buffer, long address, boolean mapped) {
        known.removeIf(entry -> entry.buffer().get() == null);
        known.add(new Known(new WeakReference<>(buffer), address, mapped));
    }

    /** The address of a buffer's position. */
    long addressOf(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("only a direct buffer has an address, and this is " + buffer);
        }
        for (Known entry : known) {
            if (entry.buffer().get() == buffer) {
                return entry.address() + buffer.position();
            }
        }
        long address = next;
        next += (buffer.capacity() + 2L * pageSize - 1) & -pageSize;
        add(buffer, address, false);
        return address + buffer.position();
    }

    /** The bytes from an address to the end of the buffer there; of a buffer outside any mapping. */
    Optional<ByteBuffer> find(long address) {
        for (Known entry : known) {
            ByteBuffer buffer = entry.buffer().get();
            long offset = address - entry.address();
            if (buffer != null && !entry.mapped() && offset >= 0 && offset < buffer.capacity()) {
                return Optional.of(
                        buffer.duplicate().clear().position((int) offset).slice());
            }
        }
        return Optional.empty();
    }
}
