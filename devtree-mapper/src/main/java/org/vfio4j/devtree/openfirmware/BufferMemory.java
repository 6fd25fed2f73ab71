// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.nio.ByteBuffer;

/** One piece of memory in a buffer. */
record BufferMemory(long address, ByteBuffer buffer) implements GuestMemory {
    @Override
    public boolean contains(long from, int length) {
        // An address below the first one gives an offset with the top bit set.
        return length >= 0
                && Long.compareUnsigned(from - address, (long) buffer.limit() - length) <= 0
                && length <= buffer.limit();
    }

    @Override
    public void read(long from, byte[] into) {
        buffer.get(offset(from, into.length), into);
    }

    @Override
    public void write(long to, byte[] from, int length) {
        buffer.put(offset(to, length), from, 0, length);
    }

    private int offset(long from, int length) {
        if (!contains(from, length)) {
            throw new IndexOutOfBoundsException("expected " + length + " bytes within 0x" + Long.toHexString(address)
                    + " + 0x" + Integer.toHexString(buffer.limit()) + ", found 0x" + Long.toHexString(from));
        }
        return (int) (from - address);
    }
}
