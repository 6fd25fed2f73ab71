// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.util.Optional;

/**
 * A file while it is linked.
 *
 * @param name its name
 * @param bytes what it will have in memory
 * @param block where it will be; empty if it has no bytes
 */
record TableImage(String name, byte[] bytes, Optional<MemoryBlock> block) {
    long size() {
        return bytes.length;
    }

    /** The little-endian number at an offset, unsigned. */
    long number(long offset, int size) {
        long number = 0;
        for (int i = size - 1; i >= 0; i--) {
            number = number << 8 | (bytes[(int) offset + i] & 0xff);
        }
        return number;
    }

    void putNumber(long offset, int size, long number) {
        for (int i = 0; i < size; i++) {
            bytes[(int) offset + i] = (byte) (number >>> (8 * i));
        }
    }

    void subtractSum(long result, long start, long length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += bytes[(int) start + i];
        }
        bytes[(int) result] -= (byte) sum;
    }

    /** Copies the bytes to where they belong. */
    void store() {
        block.ifPresent(to -> to.fill(bytes));
    }

    LoadedFile loaded() {
        return new LoadedFile(name, block);
    }
}
