// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The escapes of strings and characters, those of C: {@code \n}, {@code \0}, {@code \x1f}, {@code \"}. */
final class Escapes {
    /** Letters after the backslash, and the bytes that they stand for. */
    static final String LETTERS = "abtnvfr";

    static final String MEANINGS = "\u0007\b\t\n\u000b\f\r";

    private Escapes() {}

    /** Appends one byte of a string, other than NUL. */
    static void append(StringBuilder text, int b) {
        int known = MEANINGS.indexOf(b);
        if (known >= 0) {
            text.append('\\').append(LETTERS.charAt(known));
        } else if (b < 0x20 || b > 0x7e) {
            text.append(String.format("\\x%02x", b));
        } else {
            text.append(b == '"' || b == '\\' ? "\\" : "").append((char) b);
        }
    }

    static byte[] unescape(SourceScanner scanner, int position, String text) {
        if (text.indexOf('\\') < 0) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int i = 0;
        while (i < text.length()) {
            int escape = text.indexOf('\\', i);
            int end = escape < 0 ? text.length() : escape;
            bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
            i = escape < 0 ? end : one(scanner, position, text, escape + 1, bytes);
        }
        return bytes.toByteArray();
    }

    /** Decodes the escape whose letter is at a place, and returns the place after it. */
    private static int one(SourceScanner scanner, int position, String text, int at, ByteArrayOutputStream bytes) {
        char letter = text.charAt(at);
        int known = LETTERS.indexOf(letter);
        if (known >= 0) {
            bytes.write(MEANINGS.charAt(known));
            return at + 1;
        }
        if (letter == 'x') {
            int end = digitsEnd(text, at + 1, 2, 16);
            if (end == at + 1) {
                throw scanner.error(position + at, "expected a hexadecimal digit after \\x");
            }
            bytes.write(Integer.parseInt(text.substring(at + 1, end), 16));
            return end;
        }
        int end = digitsEnd(text, at, 3, 8);
        if (end > at) {
            bytes.write(Integer.parseInt(text.substring(at, end), 8));
            return end;
        }
        int length = Character.charCount(text.codePointAt(at));
        bytes.writeBytes(text.substring(at, at + length).getBytes(StandardCharsets.UTF_8));
        return at + length;
    }

    private static int digitsEnd(String text, int start, int most, int radix) {
        int end = start;
        while (end < text.length()
                && end < start + most
                && text.charAt(end) < 0x80
                && Character.digit(text.charAt(end), radix) >= 0) {
            end++;
        }
        return end;
    }
}
