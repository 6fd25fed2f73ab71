// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.nio.ByteOrder;
import java.util.Objects;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegisterHandler;

/**
 * Offsets of a region that a program answers for in place of the device. The device is not reached there. An access over an
 * edge of it is parted: the device gets its bytes, and the handler its own.
 *
 * @param offset where they begin, in bytes from the start of the region
 * @param length how many bytes
 * @param handler answers; the offsets that it is asked for are from the start of the region, not of the overlay
 */
public record Overlay(long offset, long length, MmioHandler handler) {
    /** Checks the numbers. */
    public Overlay {
        Objects.requireNonNull(handler, "handler");
        if (offset < 0 || length <= 0 || offset + length < 0) {
            throw new IllegalArgumentException(
                    "expected an overlay of at least one byte at an offset of 0 or more, got " + length + " at "
                            + offset);
        }
    }

    /**
     * An overlay of registers, which know aligned accesses only.
     *
     * @param offset see above
     * @param length see above
     * @param registers answers for accesses of 1, 2, 4 and 8 bytes
     * @param byteOrder how the numbers that it takes and gives are laid out in bytes
     * @return the overlay
     */
    public static Overlay of(long offset, long length, RegisterHandler registers, ByteOrder byteOrder) {
        return new Overlay(offset, length, new AlignedHandler(registers, byteOrder, 8));
    }

    /** The offset behind the last. */
    long end() {
        return offset + length;
    }

    void requireInside(Region region, long from) {
        if (offset < from || end() > region.size()) {
            throw new IllegalArgumentException("expected an overlay in 0x" + Long.toHexString(from) + " to 0x"
                    + Long.toHexString(region.size() - 1) + " of " + region.name() + ", got 0x"
                    + Long.toHexString(offset) + " to 0x" + Long.toHexString(end() - 1));
        }
    }
}
