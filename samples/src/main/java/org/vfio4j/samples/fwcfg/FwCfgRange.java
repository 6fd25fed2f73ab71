// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

/** Some bytes of an item. */
record FwCfgRange(int key, long offset, long length) {
    FwCfgRange {
        if (key < 0 || key > 0xffff) {
            throw new IllegalArgumentException("expected a key from 0 to 0xffff, got " + key);
        }
        if (offset < 0 || length < 0 || length > Long.MAX_VALUE - offset) {
            throw new IllegalArgumentException(
                    "expected an offset and a length from 0, got " + offset + " and " + length);
        }
    }

    @Override
    public String toString() {
        return length + " bytes at offset " + offset + " of key 0x" + Integer.toHexString(key);
    }
}
