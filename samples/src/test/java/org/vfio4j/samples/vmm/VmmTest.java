// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says before it needs KVM. */
class VmmTest {
    @TempDir
    private Path directory;

    private final StringWriter said = new StringWriter();

    private int run(String... arguments) {
        return Vmm.commandLine().setErr(new PrintWriter(said, true)).execute(arguments);
    }

    private String kernel() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(16, 10 << 20).putInt(56, 0x644d5241);
        return Files.write(directory.resolve("Image"), header.array()).toString();
    }

    @Test
    void aKernelIsNeeded() {
        assertThat(run()).isEqualTo(2);
        assertThat(said.toString()).startsWith("Missing required option: '--kernel=IMAGE'");
    }

    @Test
    void numbersHaveBounds() throws Exception {
        assertThat(run("--kernel", kernel(), "--cpus", "0")).isEqualTo(2);
        assertThat(run("--kernel", kernel(), "--cpus", "124")).isEqualTo(2);
        assertThat(run("--kernel", kernel(), "--memory", "0")).isEqualTo(2);
        assertThat(said.toString().lines())
                .contains("--cpus is 1 to 123, not 0", "--cpus is 1 to 123, not 124", "--memory is 1 or more, not 0");
    }

    @Test
    void aFileThatIsNoKernelIsNamedInALine() throws Exception {
        Path file = Files.writeString(directory.resolve("vmlinuz"), "hello");
        assertThat(run("--kernel", file.toString())).isEqualTo(1);
        assertThat(said.toString().lines())
                .containsExactly("vmm: " + file + " is no arm64 kernel: expected a file 'Image', with ARMd at byte 56;"
                        + " found a file of 5 bytes");
    }

    @Test
    void aFileThatIsNotThereIsNamedInALine() throws Exception {
        Path missing = directory.resolve("missing");
        assertThat(run("--kernel", missing.toString())).isEqualTo(1);
        assertThat(run("--kernel", kernel(), "--initrd", missing.toString())).isEqualTo(1);
        assertThat(said.toString().lines())
                .containsExactly("vmm: there is no file " + missing, "vmm: there is no file " + missing);
    }

    @Test
    void tooLittleMemoryIsSaid() throws Exception {
        Path initrd = Files.write(directory.resolve("initrd"), new byte[3 << 20]);
        assertThat(run("--kernel", kernel(), "--initrd", initrd.toString(), "--memory", "15"))
                .isEqualTo(1);
        assertThat(said.toString())
                .contains("vmm: 15 MiB of memory are too few")
                .contains("need 16 MiB");
    }
}
