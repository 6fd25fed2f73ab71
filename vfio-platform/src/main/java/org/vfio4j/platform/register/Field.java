// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.time.Duration;
import java.util.Objects;

/**
 * Some adjacent bits of a register of up to 32 bits, see {@link IntRegister#bits}. Values of a field begin at bit 0 and are
 * unsigned.
 *
 * @param register where it is
 * @param mask its bits
 * @param shift number of its lowest bit
 */
public record Field(IntRegister register, int mask, int shift) {
    static Field of(IntRegister register, int highest, int lowest) {
        Objects.checkIndex(highest, 8 * register.width());
        Objects.checkIndex(lowest, highest + 1);
        return new Field(register, -1 >>> (Integer.SIZE - 1 - highest + lowest) << lowest, lowest);
    }

    /**
     * Takes the field out of a register's value.
     *
     * @param value what was read of the register
     * @return the value of the field
     */
    public int in(int value) {
        return (value & mask) >>> shift;
    }

    /**
     * The field as bits of the register, for a write of the whole register: {@code A.of(1) | B.of(2)}.
     *
     * @param value the value of the field
     * @return the bits
     * @throws IllegalArgumentException if the value has more bits than the field
     */
    public int of(int value) {
        if ((value & ~(mask >>> shift)) != 0) {
            throw new IllegalArgumentException("0x" + Integer.toHexString(value) + " does not fit the field 0x"
                    + Integer.toHexString(mask) + " of the register at 0x" + Long.toHexString(register.offset()));
        }
        return value << shift;
    }

    /**
     * Puts the field into a register's value.
     *
     * @param before the value of the register
     * @param value the value of the field
     * @return the value of the register with it
     * @throws IllegalArgumentException if the value has more bits than the field
     */
    public int insert(int before, int value) {
        return before & ~mask | of(value);
    }

    /**
     * Reads the register and takes the field out of it.
     *
     * @param region where the register is
     * @return the value of the field
     */
    public int read(Region region) {
        return in(register.read(region));
    }

    /**
     * Reads the register.
     *
     * @param region where the register is
     * @return whether any bit of the field is 1
     */
    public boolean isSet(Region region) {
        return (register.read(region) & mask) != 0;
    }

    /**
     * Reads the register, puts the field into it and writes it: two accesses. Do not use it where a bit that is written
     * as it was read does something (such as one that is cleared by writing 1), and keep other threads away meanwhile.
     *
     * @param region where the register is
     * @param value the value of the field
     * @throws IllegalArgumentException if the value has more bits than the field
     */
    public void write(Region region, int value) {
        int bits = of(value);
        register.write(region, register.read(region) & ~mask | bits);
    }

    /**
     * Waits until the field has a value, see {@link Region#awaitBits}.
     *
     * @param region where the register is
     * @param value the value of the field
     * @param timeout for how long to wait at most
     * @return the register, of which the field has the value
     * @throws RegisterTimeoutException if it does not get it
     * @throws IllegalArgumentException if the value has more bits than the field
     */
    public int await(Region region, int value, Duration timeout) {
        return register.awaitBits(region, mask, of(value), timeout);
    }
}
