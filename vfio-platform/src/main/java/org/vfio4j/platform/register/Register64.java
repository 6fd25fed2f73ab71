// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.time.Duration;
import java.util.List;

/**
 * A register of 64 bits that is accessed in one piece, which a trapped region cannot do. Otherwise as {@link
 * IntRegister}.
 *
 * @param offset bytes from the start of the region, a multiple of 8
 */
public record Register64(long offset) {
    /**
     * Checks the offset.
     *
     * @param offset bytes from the start of the region
     * @throws IllegalArgumentException if it is negative or no multiple of 8
     */
    public Register64 {
        RegisterOffsets.check(offset, Long.BYTES);
    }

    /**
     * The register at an offset.
     *
     * @param offset bytes from the start of the region, a multiple of 8
     * @return the register
     * @throws IllegalArgumentException if the offset is negative or no multiple of 8
     */
    public static Register64 at(long offset) {
        return new Register64(offset);
    }

    /**
     * Registers at equal distances, such as one of each channel.
     *
     * @param offset of the first one
     * @param stride from one to the next, in bytes
     * @param count how many
     * @return the registers
     * @throws IllegalArgumentException if the offset of one is negative or no multiple of 8
     */
    public static List<Register64> array(long offset, long stride, int count) {
        return RegisterOffsets.of(offset, stride, count).map(Register64::new).toList();
    }

    /**
     * Reads it.
     *
     * @param region where it is
     * @return the bits
     */
    public long read(Region region) {
        return region.read64(offset);
    }

    /**
     * Writes it.
     *
     * @param region where it is
     * @param value the bits
     */
    public void write(Region region, long value) {
        region.write64(offset, value);
    }

    /**
     * One bit of it.
     *
     * @param number 0 for the lowest
     * @return the field
     * @throws IndexOutOfBoundsException if the number is not 0 to 63
     */
    public Field64 bit(int number) {
        return bits(number, number);
    }

    /**
     * Adjacent bits of it: {@code [39:32]} is {@code bits(39, 32)}.
     *
     * @param highest number of the highest bit
     * @param lowest number of the lowest bit
     * @return the field
     * @throws IndexOutOfBoundsException if the register has no such bits
     */
    public Field64 bits(int highest, int lowest) {
        return Field64.of(this, highest, lowest);
    }

    /**
     * Waits until some bits of it have a value, see {@link Region#awaitBits}.
     *
     * @param region where it is
     * @param mask the bits
     * @param expected what they are to be
     * @param timeout for how long to wait at most
     * @return the register, which has the value
     * @throws RegisterTimeoutException if the bits do not become so
     */
    public long awaitBits(Region region, long mask, long expected, Duration timeout) {
        return region.awaitBits(offset, Long.BYTES, mask, expected, timeout);
    }
}
