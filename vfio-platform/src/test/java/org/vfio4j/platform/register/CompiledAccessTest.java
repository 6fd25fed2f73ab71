// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Looks at the machine code that the JVM makes of register accesses: exactly one load or store of the width each, also if
 * the value is not used, if the same register is next, or its neighbour. Memory cannot show this; a device would.
 *
 * <p>The offsets 0x7c4 to 0x7cc occur in no other address, so an instruction with one of them as its displacement is an
 * access.
 */
@Timeout(120)
class CompiledAccessTest {
    private static final Pattern CODE = Pattern.compile(" *0x[0-9a-f]+: ([0-9a-f |]+)");
    /** Mnemonic and operands of an instruction in the syntax of AT and T, as objdump prints it. */
    private static final Pattern INSTRUCTION = Pattern.compile("^ *[0-9a-f]+:\\t(?:[0-9a-f]{2} )+ *\\t(.*)$");

    private static final Pattern ACCESS = Pattern.compile("(\\w+) +(.*0x7c[4-9a-f]\\(.*)");

    /** The accesses of each method. */
    private static final Map<String, List<String>> ACCESSES = new HashMap<>();

    @TempDir
    private static Path directory;

    @BeforeAll
    static void compile() throws Exception {
        String machine = System.getProperty("os.arch");
        assumeTrue(machine.equals("amd64"), "not run: it reads the code of x86-64 only, and this is " + machine);
        assumeTrue(isInstalled("objdump"), "not run: objdump is not installed (apt-get install binutils)");
        for (Map.Entry<String, byte[]> method : machineCode().entrySet()) {
            ACCESSES.put(method.getKey(), accesses(method.getKey(), method.getValue()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "discardedRead8, load 8 at 7c4",
        "discardedRead16, load 16 at 7c4",
        "discardedRead32, load 32 at 7c4",
        "discardedRead64, load 64 at 7c8",
        "sameReadTwice, load 32 at 7c4; load 32 at 7c4",
        "sameReadTwice8, load 8 at 7c4; load 8 at 7c4",
        "adjacentReads, load 32 at 7c4; load 32 at 7c8",
        "oneWrite8, store 8 at 7c4",
        "oneWrite16, store 16 at 7c4",
        "oneWrite32, store 32 at 7c4",
        "oneWrite64, store 64 at 7c8",
        "sameWriteTwice, store 32 at 7c4; store 32 at 7c4",
        "adjacentWrites, store 32 at 7c8; store 32 at 7cc",
        "adjacentWrites8, store 8 at 7c4; store 8 at 7c5",
        "writeThenRead, store 32 at 7c4; load 32 at 7c4",
    })
    void an_access_is_one_instruction(String method, String expected) {
        assertThat(ACCESSES.get(method)).as(method).isEqualTo(List.of(expected.split("; ")));
    }

    private static Map<String, byte[]> machineCode() throws IOException, InterruptedException {
        Path log = directory.resolve("jvm.log");
        String methods = CompiledAccesses.class.getName() + "::*";
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        // The compiler that optimises, at once and one method after the other.
                        "-XX:-TieredCompilation",
                        "-Xbatch",
                        "-XX:CompileCommand=quiet",
                        "-XX:CompileCommand=dontinline," + methods,
                        "-XX:CompileCommand=print," + methods,
                        CompiledAccesses.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(jvm.waitFor(100, TimeUnit.SECONDS)).as("the JVM ends").isTrue();
        assertThat(jvm.exitValue()).as(Files.readString(log)).isZero();
        return parse(Files.readAllLines(log));
    }

    /** The bytes between the heads "{method} ... 'NAME' ..."; of a method that was compiled again the last ones. */
    private static Map<String, byte[]> parse(List<String> lines) {
        Map<String, byte[]> methods = new HashMap<>();
        Pattern head = Pattern.compile("# \\{method\\} .*'(\\w+)' '.*" + CompiledAccesses.class.getSimpleName() + "'");
        String method = null;
        StringBuilder hex = new StringBuilder();
        for (String line : lines) {
            Matcher begins = head.matcher(line);
            Matcher code = CODE.matcher(line);
            if (begins.find()) {
                method = begins.group(1);
                hex.setLength(0);
            } else if (method != null && line.matches("\\[(/MachCode|Stub Code|Exception Handler)]")) {
                methods.put(method, HexFormat.of().parseHex(hex));
                method = null;
            } else if (method != null && code.matches()) {
                hex.append(code.group(1).replaceAll("[ |]", ""));
            }
        }
        return methods;
    }

    private static List<String> accesses(String name, byte[] code) throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve(name), code);
        Process objdump =
                new ProcessBuilder("objdump", "-D", "-b", "binary", "-m", "i386:x86-64", "-w", file.toString()).start();
        String text = new String(objdump.getInputStream().readAllBytes());
        assertThat(objdump.waitFor()).isZero();
        List<String> accesses = new ArrayList<>();
        text.lines().map(INSTRUCTION::matcher).filter(Matcher::matches).forEach(instruction -> {
            Matcher access = ACCESS.matcher(instruction.group(1).strip());
            // lea computes an address, and touches nothing.
            if (access.matches() && !access.group(1).equals("lea")) {
                accesses.add(describe(access.group(1), access.group(2)));
            }
        });
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

    private static boolean isInstalled(String command) throws InterruptedException {
        try {
            return new ProcessBuilder(command, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException none) {
            return false;
        }
    }
}
