// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.nio.ByteOrder;

/** A region whose device orders the bytes of a register the other way round than the region below. */
final class SwappedRegion extends RegionView {
    SwappedRegion(Region below, ByteOrder byteOrder) {
        super(below, byteOrder);
    }

    @Override
    public int read8(long offset) {
        return below.read8(offset);
    }

    @Override
    public int read16(long offset) {
        return Short.reverseBytes((short) below.read16(offset)) & 0xffff;
    }

    @Override
    public int read32(long offset) {
        return Integer.reverseBytes(below.read32(offset));
    }

    @Override
    public long read64(long offset) {
        return Long.reverseBytes(below.read64(offset));
    }

    @Override
    public void write8(long offset, int value) {
        below.write8(offset, value);
    }

    @Override
    public void write16(long offset, int value) {
        checkValue(value, 2);
        below.write16(offset, Short.reverseBytes((short) value));
    }

    @Override
    public void write32(long offset, int value) {
        below.write32(offset, Integer.reverseBytes(value));
    }

    @Override
    public void write64(long offset, long value) {
        below.write64(offset, Long.reverseBytes(value));
    }
}
