// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number on the command line: decimal, or hexadecimal with {@code 0x}; at most 64 bits, unsigned. */
final class Unsigned implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        try {
            return text.startsWith("0x") || text.startsWith("0X")
                    ? Long.parseUnsignedLong(text.substring(2), 16)
                    : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "expected a number of at most 64 bits, hexadecimal with 0x, and not '" + text + "'");
        }
    }
}
