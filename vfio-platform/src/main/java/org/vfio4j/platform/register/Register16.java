// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.util.List;

/**
 * A register of 16 bits, see {@link IntRegister}.
 *
 * @param offset bytes from the start of the region, a multiple of 2
 */
public record Register16(long offset) implements IntRegister {
    /**
     * Checks the offset.
     *
     * @param offset bytes from the start of the region
     * @throws IllegalArgumentException if it is negative or odd
     */
    public Register16 {
        RegisterOffsets.check(offset, 2);
    }

    /**
     * The register at an offset.
     *
     * @param offset bytes from the start of the region, a multiple of 2
     * @return the register
     * @throws IllegalArgumentException if the offset is negative or odd
     */
    public static Register16 at(long offset) {
        return new Register16(offset);
    }

    /**
     * Registers at equal distances, such as one of each channel.
     *
     * @param offset of the first one
     * @param stride from one to the next, in bytes
     * @param count how many
     * @return the registers
     * @throws IllegalArgumentException if the offset of one is negative or odd
     */
    public static List<Register16> array(long offset, long stride, int count) {
        return RegisterOffsets.of(offset, stride, count).map(Register16::new).toList();
    }

    @Override
    public int width() {
        return 2;
    }

    @Override
    public int read(Region region) {
        return region.read16(offset);
    }

    @Override
    public void write(Region region, int value) {
        region.write16(offset, value);
    }
}
