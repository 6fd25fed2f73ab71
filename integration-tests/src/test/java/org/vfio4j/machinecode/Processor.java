// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.machinecode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Finds the register accesses in machine code, with GNU objdump. */
public enum Processor {
    /** x86-64. */
    AMD64("i386:x86-64", X86Accesses::in),
    /** AArch64. */
    AARCH64("aarch64", ArmAccesses::in);

    /** Mnemonic and operands of an instruction, as objdump prints it. */
    private static final Pattern INSTRUCTION = Pattern.compile("^ *[0-9a-f]+:\\t[0-9a-f ]+\\t(.*)$");

    private final String machine;
    private final Function<List<String>, List<String>> finder;

    Processor(String machine, Function<List<String>, List<String>> finder) {
        this.machine = machine;
        this.finder = finder;
    }

    /**
     * The accesses of a method.
     *
     * @param objdump the command, of the binutils for this processor
     * @param code the method's machine code
     * @return such as {@code load 32 at 7c4}, in the order of the code
     * @throws IOException if objdump cannot be run
     * @throws InterruptedException if the thread is interrupted
     */
    public List<String> accesses(String objdump, byte[] code) throws IOException, InterruptedException {
        Path file = Files.createTempFile("code", "");
        try {
            Files.write(file, code);
            Process process = new ProcessBuilder(objdump, "-D", "-b", "binary", "-m", machine, "-w", file.toString())
                    .redirectErrorStream(true)
                    .start();
            String text = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor()).as(text).isZero();
            List<String> instructions = new ArrayList<>();
            text.lines()
                    .map(INSTRUCTION::matcher)
                    .filter(line -> line.matches())
                    .forEach(line ->
                            instructions.add(line.group(1).replace('\t', ' ').strip()));
            assertThat(instructions).as(text).hasSizeGreaterThan(10);
            return finder.apply(instructions);
        } finally {
            Files.delete(file);
        }
    }

    /**
     * Whether a command is there.
     *
     * @param objdump the command
     * @return whether it can be run
     * @throws InterruptedException if the thread is interrupted
     */
    public static boolean isInstalled(String objdump) throws InterruptedException {
        try {
            return new ProcessBuilder(objdump, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException none) {
            return false;
        }
    }

    /**
     * The accesses of a cell of {@link ExpectedAccesses}.
     *
     * @param cell the accesses, with semicolons between them
     * @return the accesses
     */
    public static List<String> list(String cell) {
        return Arrays.asList(cell.split("; "));
    }
}
