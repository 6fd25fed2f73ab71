// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.util.List;

/**
 * A register of 32 bits, see {@link IntRegister}.
 *
 * @param offset bytes from the start of the region, a multiple of 4
 */
public record Register32(long offset) implements IntRegister {
    /**
     * Checks the offset.
     *
     * @param offset bytes from the start of the region
     * @throws IllegalArgumentException if it is negative or no multiple of 4
     */
    public Register32 {
        RegisterOffsets.check(offset, 4);
    }

    /**
     * The register at an offset.
     *
     * @param offset bytes from the start of the region, a multiple of 4
     * @return the register
     * @throws IllegalArgumentException if the offset is negative or no multiple of 4
     */
    public static Register32 at(long offset) {
        return new Register32(offset);
    }

    /**
     * Registers at equal distances, such as one of each channel.
     *
     * @param offset of the first one
     * @param stride from one to the next, in bytes
     * @param count how many
     * @return the registers
     * @throws IllegalArgumentException if the offset of one is negative or no multiple of 4
     */
    public static List<Register32> array(long offset, long stride, int count) {
        return RegisterOffsets.of(offset, stride, count).map(Register32::new).toList();
    }

    @Override
    public int width() {
        return 4;
    }

    @Override
    public int read(Region region) {
        return region.read32(offset);
    }

    @Override
    public void write(Region region, int value) {
        region.write32(offset, value);
    }
}
