// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.machinecode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Accesses in AArch64 code. The offset is in the operand in memory, or was added to the register before: the loads with
 * acquire semantics, which volatile reads are, know no offset.
 */
final class ArmAccesses {
    private static final int FIRST = 0x7c4;
    private static final int LAST = 0x7cf;
    /** {@code ldr w0, [x1, #1988]}, with whatever comes between the register and the memory. */
    private static final Pattern MEMORY = Pattern.compile("(\\w+) ([wx]\\w+),(.*)\\[(x\\d+|sp)(?:, #(-?\\d+))?].*");

    private static final Pattern ADD = Pattern.compile("add (x\\d+), x\\d+, #0x([0-9a-f]+)");
    private static final Pattern DESTINATION = Pattern.compile("[a-z]\\S* [wx](\\d+),.*");

    private ArmAccesses() {}

    static List<String> in(List<String> instructions) {
        Map<String, Integer> added = new HashMap<>();
        List<String> accesses = new ArrayList<>();
        for (String instruction : instructions) {
            Matcher memory = MEMORY.matcher(instruction);
            if (memory.matches()) {
                int offset = memory.group(5) == null
                        ? added.getOrDefault(memory.group(4), 0)
                        : Integer.parseInt(memory.group(5));
                if (offset >= FIRST && offset <= LAST) {
                    accesses.add(describe(memory.group(1), memory.group(2)) + " at " + Integer.toHexString(offset));
                }
            }
            forget(instruction, added);
            Matcher add = ADD.matcher(instruction);
            if (add.matches()) {
                added.put(add.group(1), Integer.parseInt(add.group(2), 16));
            }
        }
        return accesses;
    }

    /** What an instruction writes is no address any more; of one that writes nothing no harm is done. */
    private static void forget(String instruction, Map<String, Integer> added) {
        Matcher destination = DESTINATION.matcher(instruction);
        if (destination.matches() && !instruction.startsWith("st") && !instruction.startsWith("cb")) {
            added.remove("x" + destination.group(1));
        }
    }

    private static String describe(String mnemonic, String register) {
        String direction = switch (mnemonic) {
            case "ldr", "ldrb", "ldrsb", "ldrh", "ldrsh", "ldrsw", "ldar", "ldarb", "ldarh" -> "load ";
            case "str", "strb", "strh", "stlr", "stlrb", "stlrh" -> "store ";
            default -> mnemonic + " ";
        };
        if (mnemonic.endsWith("b")) {
            return direction + "8";
        }
        if (mnemonic.endsWith("h")) {
            return direction + "16";
        }
        return direction + (register.startsWith("w") || mnemonic.equals("ldrsw") ? "32" : "64");
    }
}
