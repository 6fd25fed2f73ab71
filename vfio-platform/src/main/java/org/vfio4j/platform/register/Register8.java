// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.util.List;

/**
 * A register of 8 bits, see {@link IntRegister}.
 *
 * @param offset bytes from the start of the region
 */
public record Register8(long offset) implements IntRegister {
    /**
     * Checks the offset.
     *
     * @param offset bytes from the start of the region
     * @throws IllegalArgumentException if it is negative
     */
    public Register8 {
        RegisterOffsets.check(offset, 1);
    }

    /**
     * The register at an offset.
     *
     * @param offset bytes from the start of the region
     * @return the register
     * @throws IllegalArgumentException if the offset is negative
     */
    public static Register8 at(long offset) {
        return new Register8(offset);
    }

    /**
     * Registers at equal distances, such as one of each channel.
     *
     * @param offset of the first one
     * @param stride from one to the next, in bytes
     * @param count how many
     * @return the registers
     * @throws IllegalArgumentException if the offset of one is negative
     */
    public static List<Register8> array(long offset, long stride, int count) {
        return RegisterOffsets.of(offset, stride, count).map(Register8::new).toList();
    }

    @Override
    public int width() {
        return 1;
    }

    @Override
    public int read(Region region) {
        return region.read8(offset);
    }

    @Override
    public void write(Region region, int value) {
        region.write8(offset, value);
    }
}
