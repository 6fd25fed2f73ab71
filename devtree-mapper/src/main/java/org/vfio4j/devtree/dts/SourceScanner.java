// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import org.vfio4j.devtree.DeviceTreeException;

/** The characters of a source text, with the places for messages. Every read skips white space and comments first. */
final class SourceScanner {
    private static final char END = '\0';

    private final String text;
    private int at;

    SourceScanner(String text) {
        this.text = text;
    }

    /** The place of the next token, for {@link #error(int, String)}. */
    int position() {
        skipBlank();
        return at;
    }

    boolean atEnd() {
        skipBlank();
        return at >= text.length();
    }

    /** The next character; NUL at the end. */
    char peek() {
        skipBlank();
        return charAt(at);
    }

    boolean looksAt(String token) {
        skipBlank();
        return text.startsWith(token, at);
    }

    boolean accept(String token) {
        boolean matches = looksAt(token);
        if (matches) {
            at += token.length();
        }
        return matches;
    }

    void expect(String token) {
        if (!accept(token)) {
            throw expected("'" + token + "'");
        }
    }

    /** A name of a node or a property; a backslash before it says that it is no keyword, and is not part of it. */
    String name(String what) {
        skipBlank();
        int start = charAt(at) == '\\' ? at + 1 : at;
        int end = start;
        while (end < text.length() && isNameChar(text.charAt(end))) {
            end++;
        }
        if (end == start) {
            throw expected(what);
        }
        at = end;
        return text.substring(start, end);
    }

    /** A label with its colon, without it in the result; null if there is none here. */
    String acceptLabel() {
        skipBlank();
        int end = labelEnd(at);
        if (end == at || charAt(end) != ':') {
            return null;
        }
        String label = text.substring(at, end);
        at = end + 1;
        return label;
    }

    /** A reference by label or, in braces, by path; the label or what is in the braces, or null if there is none here. */
    SourceReference acceptReference() {
        skipBlank();
        if (charAt(at) != '&') {
            return null;
        }
        int start = at++;
        int end;
        if (charAt(at) == '{') {
            end = ++at;
            while (isNameChar(charAt(end)) || charAt(end) == '/') {
                end++;
            }
            if (charAt(end) != '}' || end == at) {
                at = end;
                throw expected("a path and '}'");
            }
            SourceReference reference = new SourceReference(text.substring(at, end), start);
            at = end + 1;
            return reference;
        }
        end = labelEnd(at);
        if (end == at) {
            throw expected("a label or '{' after '&'");
        }
        SourceReference reference = new SourceReference(text.substring(at, end), start);
        at = end;
        return reference;
    }

    /** Two hex digits of a byte string, which need no space around them; -1 if there are none here. */
    int acceptHexByte() {
        skipBlank();
        int high = hexDigit(charAt(at));
        int low = hexDigit(charAt(at + 1));
        if (high < 0 || low < 0) {
            return -1;
        }
        at += 2;
        return high << 4 | low;
    }

    /** A literal number: decimal, octal after 0, hexadecimal after 0x, with U, L, UL, LL or ULL after it. */
    long literal() {
        int start = position();
        boolean hex = text.regionMatches(true, start, "0x", 0, 2);
        int end = hex ? start + 2 : start;
        while (charAt(end) < 0x80 && Character.digit(charAt(end), hex ? 16 : 10) >= 0) {
            end++;
        }
        int radix = hex ? 16 : charAt(start) == '0' ? 8 : 10;
        String digits = text.substring(hex ? start + 2 : start, end);
        try {
            long value = Long.parseUnsignedLong(digits, radix);
            at = skipSuffix(end);
            return value;
        } catch (NumberFormatException e) {
            String what = digits.isEmpty() ? "" : ": '" + digits + "' is no 64-bit number of base " + radix;
            throw error(start, "expected a number, found " + describe(start) + what);
        }
    }

    private int skipSuffix(int end) {
        for (String suffix : new String[] {"ULL", "UL", "U", "LL", "L"}) {
            if (text.startsWith(suffix, end)) {
                return end + suffix.length();
            }
        }
        return end;
    }

    /** What stands between two quotes, which are at the scanner's place; escapes are left as they are. */
    String quoted(char quote) {
        int start = position();
        int end = start + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw error(start, "expected a closing " + quote + ", found the end of the text");
        }
        at = end + 1;
        return text.substring(start + 1, end);
    }

    DeviceTreeException expected(String what) {
        int place = position();
        return error(place, "expected " + what + ", found " + describe(place));
    }

    DeviceTreeException error(int position, String detail) {
        return new DeviceTreeException(DeviceTreeException.Kind.BAD_SOURCE, place(position), detail);
    }

    DeviceTreeException tooDeep(int position, String what) {
        return new DeviceTreeException(DeviceTreeException.Kind.TOO_DEEP, place(position), what);
    }

    private String place(int position) {
        int line = 1;
        int lineStart = 0;
        for (int i = text.indexOf('\n'); i >= 0 && i < position; i = text.indexOf('\n', i + 1)) {
            line++;
            lineStart = i + 1;
        }
        return "line " + line + ", column " + (position - lineStart + 1);
    }

    private String describe(int position) {
        if (position >= text.length()) {
            return "the end of the text";
        }
        int end = position;
        while (end < text.length() && end - position < 32 && isNameChar(text.charAt(end))) {
            end++;
        }
        return "'" + text.substring(position, Math.max(end, position + 1)) + "'";
    }

    private void skipBlank() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c >= '\t' && c <= '\r') {
                at++;
            } else if (c == '/' && charAt(at + 1) == '/') {
                at = orEnd(text.indexOf('\n', at));
            } else if (c == '/' && charAt(at + 1) == '*') {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw error(at, "expected '*/' at the end of a comment, found the end of the text");
                }
                at = end + 2;
            } else if (c == '#' && atLineMarker()) {
                at = orEnd(text.indexOf('\n', at));
            } else {
                return;
            }
        }
    }

    /** A line that the C preprocessor leaves behind: {@code # 12 "file.dts"}, {@code #line 12 "file.dts"}. */
    private boolean atLineMarker() {
        if (at > 0 && text.charAt(at - 1) != '\n') {
            return false;
        }
        int i = text.startsWith("line", at + 1) ? at + 5 : at + 1;
        int afterWord = i;
        while (charAt(i) == ' ' || charAt(i) == '\t') {
            i++;
        }
        return i > afterWord && charAt(i) >= '0' && charAt(i) <= '9';
    }

    private int orEnd(int index) {
        return index < 0 ? text.length() : index;
    }

    private char charAt(int index) {
        return index < text.length() ? text.charAt(index) : END;
    }

    private static int hexDigit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private int labelEnd(int start) {
        int end = start;
        while (isLabelChar(charAt(end), end == start)) {
            end++;
        }
        return end;
    }

    static boolean isLabelChar(char c, boolean first) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || !first && c >= '0' && c <= '9';
    }

    static boolean isNameChar(char c) {
        return isLabelChar(c, false) || c != END && ",.+*#?@-".indexOf(c) >= 0;
    }
}
