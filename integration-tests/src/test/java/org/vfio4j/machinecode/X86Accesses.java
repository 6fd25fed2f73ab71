// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.machinecode;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Accesses in x86-64 code, in the syntax of AT and T: the offset is the displacement of an operand in memory. */
final class X86Accesses {
    private static final Pattern ACCESS = Pattern.compile("(\\w+) +(.*0x7c[4-9a-f]\\(.*)");

    private X86Accesses() {}

    static List<String> in(List<String> instructions) {
        List<String> accesses = new ArrayList<>();
        for (String instruction : instructions) {
            Matcher access = ACCESS.matcher(instruction);
            // lea computes an address, and touches nothing.
            if (access.matches() && !access.group(1).equals("lea")) {
                accesses.add(describe(access.group(1), access.group(2)));
            }
        }
        return accesses;
    }

    private static String describe(String mnemonic, String operands) {
        boolean store = operands.endsWith(")");
        String other = store ? operands.replaceFirst(",?[^,]*\\(.*", "") : operands.replaceFirst(".*\\),", "");
        String offset = operands.replaceFirst(".*0x(7c[0-9a-f])\\(.*", "$1");
        return (store ? "store " : "load ") + width(mnemonic, other) + " at " + offset;
    }

    private static String width(String mnemonic, String register) {
        if (!mnemonic.startsWith("mov")) {
            return mnemonic;
        }
        return switch (mnemonic) {
            case "movb", "movsbl", "movzbl" -> "8";
            case "movw", "movswl", "movzwl" -> "16";
            case "movl" -> "32";
            case "movq" -> "64";
            case "mov" ->
                Stream.of("%r\\d+d|%e..", "%r\\d+w|%[a-d]x|%[sd]i|%[sb]p", "%r\\d+b|%[a-d]l|%[sd]il|%[sb]pl")
                        .filter(register::matches)
                        .findFirst()
                        .map(pattern -> pattern.contains("d|") ? "32" : pattern.contains("w|") ? "16" : "8")
                        .orElse("64");
            default -> mnemonic;
        };
    }
}
