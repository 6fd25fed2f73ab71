// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.machinecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On the processor and JVM of this machine. */
@Timeout(120)
class CompiledAccessTest {
    private static final String OBJDUMP = "objdump";

    @TempDir
    private static Path directory;

    private static Map<String, byte[]> code;

    @BeforeAll
    static void compile() throws Exception {
        assumeTrue(Processor.isInstalled(OBJDUMP), "not run: objdump is not installed (apt-get install binutils)");
        Path log = directory.resolve("jvm.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(MachineCode.jvmArguments());
        Process jvm = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(jvm.waitFor(100, TimeUnit.SECONDS)).as("the JVM ends").isTrue();
        assertThat(jvm.exitValue()).as(Files.readString(log)).isZero();
        code = MachineCode.parse(Files.readAllLines(log));
    }

    @ExpectedAccesses
    void anAccessIsOneInstruction(String method, String expected) throws Exception {
        Processor processor = Processor.valueOf(System.getProperty("os.arch").toUpperCase(Locale.ROOT));
        assertThat(processor.accesses(OBJDUMP, code.get(method))).isEqualTo(Processor.list(expected));
    }
}
