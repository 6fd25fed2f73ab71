// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

/**
 * A part of a piece of memory that was allocated from a {@link ZonedMemory}.
 *
 * @param memory the piece
 * @param address of the first byte, as the piece counts
 * @param size bytes, 1 or more
 */
public record MemoryBlock(TableMemory memory, long address, long size) {
    /** {@return a copy of all its bytes} */
    public byte[] bytes() {
        byte[] bytes = new byte[Math.toIntExact(size)];
        memory.read(address - memory.address(), bytes);
        return bytes;
    }

    void fill(byte[] bytes) {
        memory.write(address - memory.address(), bytes);
    }

    long end() {
        return address + size;
    }
}
