// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import org.vfio4j.devtree.DeviceTree;

/** Integer expressions with the operators of C, on unsigned 64-bit numbers as {@code dtc} has them. */
final class IntegerExpression {
    /** Binary operators, loosest first; within a level the longer token stands first. */
    private static final String[][] LEVELS = {
        {"||"},
        {"&&"},
        {"|"},
        {"^"},
        {"&"},
        {"==", "!="},
        {"<=", ">=", "<", ">"},
        {"<<", ">>"},
        {"+", "-"},
        {"*", "/", "%"}
    };

    private final SourceScanner scanner;
    private int depth;

    IntegerExpression(SourceScanner scanner) {
        this.scanner = scanner;
    }

    /** A number as it may stand in cells: a literal, a character, or an expression in parentheses. */
    long primary() {
        char c = scanner.peek();
        if (c == '\'') {
            return character();
        }
        if (c == '(') {
            enter();
            scanner.expect("(");
            long value = conditional();
            scanner.expect(")");
            depth--;
            return value;
        }
        return scanner.literal();
    }

    private void enter() {
        if (++depth > DeviceTree.MAX_DEPTH) {
            throw scanner.tooDeep(scanner.position(), "an expression is nested deeper than " + DeviceTree.MAX_DEPTH);
        }
    }

    private long character() {
        int start = scanner.position();
        byte[] bytes = Escapes.unescape(scanner, start + 1, scanner.quoted('\''));
        if (bytes.length != 1) {
            throw scanner.error(start, "expected one character between the quotes, found " + bytes.length);
        }
        // Sign-extended, as dtc's char is on its usual hosts, so that '\xff' is -1.
        return bytes[0];
    }

    private long conditional() {
        long condition = binary(0);
        if (!scanner.accept("?")) {
            return condition;
        }
        enter();
        long whenTrue = conditional();
        scanner.expect(":");
        long whenFalse = conditional();
        depth--;
        return condition != 0 ? whenTrue : whenFalse;
    }

    private long binary(int level) {
        if (level == LEVELS.length) {
            return unary();
        }
        long left = binary(level + 1);
        for (String operator = operator(level); operator != null; operator = operator(level)) {
            int position = scanner.position();
            left = apply(operator, left, binary(level + 1), position);
        }
        return left;
    }

    private String operator(int level) {
        for (String operator : LEVELS[level]) {
            boolean partOfLonger =
                    (operator.equals("|") || operator.equals("&") || operator.equals("<") || operator.equals(">"))
                            && scanner.looksAt(operator + operator);
            if (!partOfLonger && scanner.accept(operator)) {
                return operator;
            }
        }
        return null;
    }

    private long unary() {
        for (String operator : new String[] {"-", "~", "!"}) {
            if (scanner.accept(operator)) {
                enter();
                long value = unary();
                depth--;
                return operator.equals("-") ? -value : operator.equals("~") ? ~value : value == 0 ? 1 : 0;
            }
        }
        return primary();
    }

    private long apply(String operator, long a, long b, int position) {
        if (b == 0 && (operator.equals("/") || operator.equals("%"))) {
            throw scanner.error(position, "expected a divisor, found 0");
        }
        return switch (operator) {
            case "||" -> truth(a != 0 || b != 0);
            case "&&" -> truth(a != 0 && b != 0);
            case "|" -> a | b;
            case "^" -> a ^ b;
            case "&" -> a & b;
            case "==" -> truth(a == b);
            case "!=" -> truth(a != b);
            case "<=" -> truth(Long.compareUnsigned(a, b) <= 0);
            case ">=" -> truth(Long.compareUnsigned(a, b) >= 0);
            case "<" -> truth(Long.compareUnsigned(a, b) < 0);
            case ">" -> truth(Long.compareUnsigned(a, b) > 0);
            case "<<" -> shiftsOut(b) ? 0 : a << b;
            case ">>" -> shiftsOut(b) ? 0 : a >>> b;
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> Long.divideUnsigned(a, b);
            case "%" -> Long.remainderUnsigned(a, b);
            default -> throw new AssertionError(operator);
        };
    }

    private static boolean shiftsOut(long bits) {
        return Long.compareUnsigned(bits, 64) >= 0;
    }

    private static long truth(boolean value) {
        return value ? 1 : 0;
    }
}
