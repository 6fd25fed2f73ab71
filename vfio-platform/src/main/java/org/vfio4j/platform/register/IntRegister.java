// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.time.Duration;

/**
 * A register of up to 32 bits, named as in the data sheet. It is a place in any region, and not one of a certain device;
 * so it is a constant of a driver, and using it allocates nothing.
 *
 * <pre>{@code
 * static final Register32 FLAGS = Register32.at(0x18);
 * static final Field BUSY = FLAGS.bit(3);
 * static final Register32 LINE_CONTROL = Register32.at(0x2c);
 * static final Field WORD_LENGTH = LINE_CONTROL.bits(6, 5);
 * static final Field FIFO_ENABLE = LINE_CONTROL.bit(4);
 *
 * BUSY.await(registers, 0, Duration.ofMillis(10));
 * LINE_CONTROL.write(registers, WORD_LENGTH.of(3) | FIFO_ENABLE.of(1));
 * }</pre>
 */
public sealed interface IntRegister permits Register8, Register16, Register32 {
    /** {@return bytes from the start of the region} */
    long offset();

    /** {@return 1, 2 or 4 bytes} */
    int width();

    /**
     * Reads it.
     *
     * @param region where it is
     * @return the bits; of less than 32 the upper ones are 0
     */
    int read(Region region);

    /**
     * Writes it.
     *
     * @param region where it is
     * @param value the bits
     */
    void write(Region region, int value);

    /**
     * One bit of it.
     *
     * @param number 0 for the lowest
     * @return the field
     * @throws IndexOutOfBoundsException if the register has no such bit
     */
    default Field bit(int number) {
        return bits(number, number);
    }

    /**
     * Adjacent bits of it, as data sheets write them: {@code [7:4]} is {@code bits(7, 4)}.
     *
     * @param highest number of the highest bit
     * @param lowest number of the lowest bit
     * @return the field
     * @throws IndexOutOfBoundsException if the register has no such bits
     */
    default Field bits(int highest, int lowest) {
        return Field.of(this, highest, lowest);
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
    default int awaitBits(Region region, int mask, int expected, Duration timeout) {
        return (int) region.awaitBits(
                offset(), width(), Integer.toUnsignedLong(mask), Integer.toUnsignedLong(expected), timeout);
    }
}
