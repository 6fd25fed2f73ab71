// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

/**
 * A pointer that a device was told.
 *
 * @param key of the device's file, 0 to 0xffff
 * @param offset in the file, bytes, unsigned 32 bits
 * @param value the pointer
 * @param size of the pointer, 1, 2, 4 or 8 bytes
 */
public record ReplayRecord(int key, long offset, long value, int size) {
    @Override
    public String toString() {
        return "0x" + Long.toHexString(value) + " of " + size + " bytes in key 0x" + Integer.toHexString(key)
                + " at offset 0x" + Long.toHexString(offset);
    }
}
