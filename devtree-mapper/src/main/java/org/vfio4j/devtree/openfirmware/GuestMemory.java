// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.nio.ByteBuffer;

/**
 * The client's memory, with bounds. Addresses are the client's physical addresses, unsigned. The client interface asks
 * {@link #contains} before every access and makes none that it answered with false.
 */
public interface GuestMemory {
    /**
     * Whether a range is memory, whole.
     *
     * @param address the first byte
     * @param length bytes, 0 or more
     * @return true if every byte of it can be read and written
     */
    boolean contains(long address, int length);

    /**
     * Copies out of memory.
     *
     * @param address the first byte
     * @param into gets the bytes, from its first element to its last
     * @throws IndexOutOfBoundsException if {@link #contains} says false of the range
     */
    void read(long address, byte[] into);

    /**
     * Copies into memory.
     *
     * @param address the first byte
     * @param from the bytes
     * @param length how many of them, from the first
     * @throws IndexOutOfBoundsException if {@link #contains} says false of the range
     */
    void write(long address, byte[] from, int length);

    /**
     * Memory of one piece, in a buffer.
     *
     * @param address where the client sees the buffer's first byte
     * @param buffer the bytes from position 0 to the limit it has now
     * @return the memory
     */
    static GuestMemory of(long address, ByteBuffer buffer) {
        return new BufferMemory(address, buffer.duplicate());
    }
}
