// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.nio.ByteOrder;
import java.util.Objects;
import org.vfio4j.platform.register.RegisterHandler;

/**
 * Makes of a guest's access what registers understand: 1, 2, 4 or 8 bytes at a multiple of themselves, each time as many
 * as are left and aligned, in ascending order. So Linux splits a pread of a region ({@code vfio_platform_read_mmio} of
 * {@code drivers/vfio/platform/vfio_platform_common.c}). An access that is aligned and not too wide is one access.
 *
 * <p>Registers are numbers, and an access of a guest is bytes. With big-endian registers the first byte of a part is the
 * highest of its number, as it is on the bus of such a device: the guest's driver, which knows the device's byte order,
 * reads what it would read without a VMM between.
 */
public final class AlignedHandler implements MmioHandler {
    private final RegisterHandler registers;
    private final boolean bigEndian;
    private final int widest;

    /**
     * A handler.
     *
     * @param registers the registers, as numbers
     * @param byteOrder how the device orders the bytes of a register
     * @param widest the most bytes that one access of the registers has: 1, 2, 4 or 8
     * @throws IllegalArgumentException if it is another number
     */
    public AlignedHandler(RegisterHandler registers, ByteOrder byteOrder, int widest) {
        if (widest < 1 || widest > 8 || Integer.bitCount(widest) != 1) {
            throw new IllegalArgumentException("expected accesses of at most 1, 2, 4 or 8 bytes, got " + widest);
        }
        this.registers = Objects.requireNonNull(registers, "registers");
        this.bigEndian = Objects.requireNonNull(byteOrder, "byteOrder") == ByteOrder.BIG_ENDIAN;
        this.widest = widest;
    }

    @Override
    public long read(long offset, int width) {
        long value = 0;
        int part;
        for (int done = 0; done < width; done += part) {
            part = part(offset + done, width - done);
            long bytes = inBusOrder(registers.read(offset + done, part), part);
            value |= bytes << (8 * done);
        }
        return value;
    }

    @Override
    public void write(long offset, int width, long value) {
        int part;
        for (int done = 0; done < width; done += part) {
            part = part(offset + done, width - done);
            registers.write(offset + done, part, inBusOrder(value >>> (8 * done), part));
        }
    }

    /** How many bytes go at once: no more than are left, than are aligned, and than the registers take. */
    private int part(long offset, int left) {
        int aligned = (int) Math.min(Long.lowestOneBit(offset | widest), widest);
        return Math.min(aligned, Integer.highestOneBit(left));
    }

    /** From number to bytes or back, without what is above the width. */
    private long inBusOrder(long value, int width) {
        int unused = Long.SIZE - 8 * width;
        return bigEndian ? Long.reverseBytes(value) >>> unused : value << unused >>> unused;
    }

    @Override
    public String toString() {
        return registers.toString();
    }
}
