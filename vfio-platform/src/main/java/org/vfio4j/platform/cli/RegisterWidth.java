// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import org.vfio4j.platform.register.Region;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How wide an access to a register is. */
enum RegisterWidth {
    /** One byte. */
    BITS_8(8),
    /** Two bytes. */
    BITS_16(16),
    /** Four bytes. */
    BITS_32(32),
    /** Eight bytes. */
    BITS_64(64);

    private final int bits;

    RegisterWidth(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }

    int bytes() {
        return bits / Byte.SIZE;
    }

    /** Whether an unsigned value fits. */
    boolean holds(long value) {
        return bits == Long.SIZE || value >>> bits == 0;
    }

    /** One read of exactly this width, as an unsigned value. */
    long read(Region region, long offset) {
        return switch (this) {
            case BITS_8 -> region.read8(offset);
            case BITS_16 -> region.read16(offset);
            case BITS_32 -> Integer.toUnsignedLong(region.read32(offset));
            case BITS_64 -> region.read64(offset);
        };
    }

    /** One write of exactly this width. */
    void write(Region region, long offset, long value) {
        switch (this) {
            case BITS_8 -> region.write8(offset, (int) value);
            case BITS_16 -> region.write16(offset, (int) value);
            case BITS_32 -> region.write32(offset, (int) value);
            case BITS_64 -> region.write64(offset, value);
        }
    }

    /** With all the digits of the width, such as {@code 0x00ff}. */
    String format(long value) {
        return "0x" + String.format("%0" + bits / 4 + "x", value);
    }

    /** Reads the width from the command line. */
    static final class Converter implements ITypeConverter<RegisterWidth> {
        @Override
        public RegisterWidth convert(String text) {
            for (RegisterWidth width : values()) {
                if (text.equals(Integer.toString(width.bits))) {
                    return width;
                }
            }
            throw new TypeConversionException("expected 8, 16, 32 or 64, and not '" + text + "'");
        }
    }
}
