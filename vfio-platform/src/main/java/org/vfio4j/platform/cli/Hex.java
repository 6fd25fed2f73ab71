// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.util.List;
import java.util.stream.Collectors;

/** Numbers as the commands print them: hexadecimal, lower case, with {@code 0x}, unsigned. */
final class Hex {
    private Hex() {}

    /**
     * Formats a number.
     *
     * @param value the number, unsigned
     * @return such as {@code 0xffe220000}
     */
    static String of(long value) {
        return "0x" + Long.toHexString(value);
    }

    /**
     * Formats the cells of an interrupt specifier.
     *
     * @param cells the cells, unsigned
     * @return such as {@code <0x44 0x2 0x0 0x0>}
     */
    static String of(List<Integer> cells) {
        return cells.stream().map(c -> "0x" + Integer.toHexString(c)).collect(Collectors.joining(" ", "<", ">"));
    }
}
