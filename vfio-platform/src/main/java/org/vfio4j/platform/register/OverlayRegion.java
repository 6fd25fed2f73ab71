// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.util.Objects;

/** A region of which some offsets are a program's. An access that is partly among them is neither's, and is refused. */
final class OverlayRegion extends RegionView {
    private final long first;
    private final long end;
    private final RegisterHandler handler;

    OverlayRegion(Region below, long offset, long length, RegisterHandler handler) {
        super(below, below.byteOrder());
        Objects.checkFromIndexSize(offset, length, below.size());
        if (length == 0) {
            throw new IllegalArgumentException("expected an overlay of at least one byte");
        }
        this.first = offset;
        this.end = offset + length;
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    @Override
    public int read8(long offset) {
        return isOurs(offset, 1, false) ? (int) handler.read(offset, 1) & 0xff : below.read8(offset);
    }

    @Override
    public int read16(long offset) {
        return isOurs(offset, 2, false) ? (int) handler.read(offset, 2) & 0xffff : below.read16(offset);
    }

    @Override
    public int read32(long offset) {
        return isOurs(offset, 4, false) ? (int) handler.read(offset, 4) : below.read32(offset);
    }

    @Override
    public long read64(long offset) {
        return isOurs(offset, 8, false) ? handler.read(offset, 8) : below.read64(offset);
    }

    @Override
    public void write8(long offset, int value) {
        checkValue(value, 1);
        if (isOurs(offset, 1, true)) {
            handler.write(offset, 1, value & 0xff);
        } else {
            below.write8(offset, value);
        }
    }

    @Override
    public void write16(long offset, int value) {
        checkValue(value, 2);
        if (isOurs(offset, 2, true)) {
            handler.write(offset, 2, value & 0xffff);
        } else {
            below.write16(offset, value);
        }
    }

    @Override
    public void write32(long offset, int value) {
        if (isOurs(offset, 4, true)) {
            handler.write(offset, 4, value & 0xffff_ffffL);
        } else {
            below.write32(offset, value);
        }
    }

    @Override
    public void write64(long offset, long value) {
        if (isOurs(offset, 8, true)) {
            handler.write(offset, 8, value);
        } else {
            below.write64(offset, value);
        }
    }

    private boolean isOurs(long offset, int width, boolean write) {
        if (below.isClosed()) {
            throw Refusal.closed(this);
        }
        if (write) {
            checkWrite(offset, width);
        } else {
            checkRead(offset, width);
        }
        if (offset + width <= first || offset >= end) {
            return false;
        }
        if (offset < first || offset + width > end) {
            throw new IllegalArgumentException(RegisterAccessException.describe(name(), offset, width, write)
                    + ": only a part of it is in the overlay of 0x" + Long.toHexString(first) + " to 0x"
                    + Long.toHexString(end - 1));
        }
        return true;
    }
}
