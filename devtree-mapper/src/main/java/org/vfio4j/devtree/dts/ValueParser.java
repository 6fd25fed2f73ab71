// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

/** Parses the value of a property: what stands between {@code =} and {@code ;}. */
final class ValueParser {
    private static final int CELL_BITS = 32;

    private final SourceScanner scanner;
    private final IntegerExpression expression;

    ValueParser(SourceScanner scanner, IntegerExpression expression) {
        this.scanner = scanner;
        this.expression = expression;
    }

    SourceValue parse() {
        SourceValue value = new SourceValue();
        do {
            skipLabels();
            part(value);
            skipLabels();
        } while (scanner.accept(","));
        return value;
    }

    private void part(SourceValue value) {
        if (scanner.peek() == '"') {
            int position = scanner.position();
            byte[] text = Escapes.unescape(scanner, position + 1, scanner.quoted('"'));
            value.add(text, 0, text.length);
            value.addByte(0);
        } else if (scanner.accept("<")) {
            array(value, CELL_BITS);
        } else if (scanner.accept("/bits/")) {
            int bits = bits();
            scanner.expect("<");
            array(value, bits);
        } else if (scanner.accept("[")) {
            bytes(value);
        } else if (scanner.peek() == '&') {
            value.addPath(scanner.acceptReference());
        } else if (scanner.looksAt("/incbin/")) {
            throw scanner.error(scanner.position(), "/incbin/ is not supported: put the bytes in [ ]");
        } else {
            throw scanner.expected("a value: a string, '<', '[', '/bits/' or '&'");
        }
    }

    private int bits() {
        int position = scanner.position();
        long bits = scanner.literal();
        if (bits != 8 && bits != 16 && bits != 32 && bits != 64) {
            throw scanner.error(position, "expected 8, 16, 32 or 64 bits, found " + Long.toUnsignedString(bits));
        }
        return (int) bits;
    }

    private void array(SourceValue value, int bits) {
        while (!scanner.accept(">")) {
            skipLabels();
            char c = scanner.peek();
            int position = scanner.position();
            if (c == '&') {
                if (bits != CELL_BITS) {
                    throw scanner.error(position, "expected a number, found a reference: one takes 32 bits");
                }
                value.addPhandle(scanner.acceptReference());
            } else if (c == '(' || c == '\'' || c >= '0' && c <= '9') {
                value.addNumber(checkRange(expression.primary(), bits, position), bits);
            } else if (c != '>') {
                throw scanner.expected("a number, a reference, '(' or '>'");
            }
        }
    }

    private long checkRange(long number, int bits, int position) {
        // A number fits if the bits above it are all clear, or all set as those of a negative one are.
        if (bits < 64 && number >>> bits != 0 && number >> bits != -1) {
            throw scanner.error(
                    position, "expected a number of " + bits + " bits, found 0x" + Long.toHexString(number));
        }
        return number;
    }

    private void bytes(SourceValue value) {
        while (!scanner.accept("]")) {
            if (scanner.acceptLabel() == null) {
                int b = scanner.acceptHexByte();
                if (b < 0) {
                    throw scanner.expected("two hexadecimal digits or ']'");
                }
                value.addByte(b);
            }
        }
    }

    private void skipLabels() {
        while (scanner.acceptLabel() != null) {
            // A label in a value is only a name for an assembler listing.
        }
    }
}
