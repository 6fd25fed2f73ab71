// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.vfio4j.machinecode.ExpectedAccesses;
import org.vfio4j.machinecode.MachineCode;
import org.vfio4j.machinecode.Processor;

/** What the JVM of the lab, on AArch64, makes of register accesses. */
class CompiledAccessIT {
    /** Of the compiler that the lab's kernel is built with. */
    private static final String OBJDUMP = "aarch64-linux-gnu-objdump";

    private static Map<String, byte[]> code;

    @BeforeAll
    static void compile() throws Exception {
        Lab lab = Lab.provisioned();
        Path work = Lab.newWork("machine-code");
        List<String> command = new ArrayList<>(List.of("java", "-cp", Jars.copyClassPath(work, "/work")));
        command.addAll(MachineCode.jvmArguments());
        GuestRun run = lab.run("machine-code", List.of("--work", work.toString()), command.toArray(String[]::new));
        assertThat(run.code()).as(run.toString()).isZero();
        code = MachineCode.parse(run.out().lines().toList());
    }

    @ExpectedAccesses
    void anAccessIsOneInstruction(String method, String expected) throws Exception {
        assertThat(Processor.AARCH64.accesses(OBJDUMP, code.get(method))).isEqualTo(Processor.list(expected));
    }
}
