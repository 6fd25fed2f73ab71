// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import org.vfio4j.devtree.Property;

/** Whether a value reads as text; the bytes carry no type, so it is a guess that only decides how a value looks. */
final class TextGuess {
    /** With fewer than this many printable characters in a row, empty strings are taken for the zeros of numbers. */
    private static final int WORD = 3;

    private TextGuess() {}

    static boolean isText(Property property) {
        return property.looksLikeStrings() || isOddText(property);
    }

    /** Text with control characters that have an escape of their own, or with empty strings among others. */
    private static boolean isOddText(Property property) {
        int length = property.length();
        if (length == 0 || property.byteAt(length - 1) != 0) {
            return false;
        }
        int printable = 0;
        int word = 0;
        int longest = 0;
        for (int i = 0; i < length; i++) {
            int b = property.byteAt(i);
            if (b >= 0x20 && b <= 0x7e) {
                printable++;
                longest = Math.max(longest, ++word);
            } else if (b == 0 || Escapes.MEANINGS.indexOf(b) >= 0) {
                word = 0;
            } else {
                return false;
            }
        }
        // A list of names may be mostly empty: gpio-line-names is.
        return property.name().endsWith("-names") || longest >= WORD && printable * 2 > length;
    }
}
