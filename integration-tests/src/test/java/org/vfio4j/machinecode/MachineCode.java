// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.machinecode;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine code of {@link CompiledAccesses}, as a JVM prints it. */
public final class MachineCode {
    private static final String METHODS = CompiledAccesses.class.getName() + "::*";
    private static final Pattern HEAD =
            Pattern.compile("# \\{method\\} .*'(\\w+)' '.*" + CompiledAccesses.class.getSimpleName() + "'");
    private static final Pattern BYTES = Pattern.compile(" *0x[0-9a-f]+: ([0-9a-f |]+)");
    private static final String END = "\\[(/MachCode|Stub Code|Exception Handler)]";

    private MachineCode() {}

    /**
     * {@return the arguments of a JVM that prints the code and ends; its class path is to be added in front} The compiler
     * that optimises is used, at once and for one method after the other.
     */
    public static List<String> jvmArguments() {
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:-TieredCompilation",
                "-Xbatch",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=dontinline," + METHODS,
                "-XX:CompileCommand=print," + METHODS,
                CompiledAccesses.class.getName());
    }

    /**
     * Reads what the JVM printed.
     *
     * @param lines its output
     * @return the code of each method; of one that was compiled again the last
     */
    public static Map<String, byte[]> parse(List<String> lines) {
        Map<String, byte[]> methods = new HashMap<>();
        String method = null;
        StringBuilder hex = new StringBuilder();
        for (String line : lines) {
            Matcher head = HEAD.matcher(line);
            Matcher bytes = BYTES.matcher(line);
            if (head.find()) {
                method = head.group(1);
                hex.setLength(0);
            } else if (method != null && line.matches(END)) {
                methods.put(method, HexFormat.of().parseHex(hex));
                method = null;
            } else if (method != null && bytes.matches()) {
                hex.append(bytes.group(1).replaceAll("[ |]", ""));
            }
        }
        return methods;
    }
}
