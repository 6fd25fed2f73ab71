// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.blob;
import static org.vfio4j.platform.cli.CommandRun.onTerminal;
import static org.vfio4j.platform.cli.CommandRun.vfio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {
    private static final String SOURCE = """
            /dts-v1/;
            / {
                pic: pic { #interrupt-cells = <1>; phandle = <1>; };
                uart@10 { interrupts-extended = <&pic 3>; status = "okay"; };
            };
            """;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("the same trees, but for phandle numbers and file format: no output, exit code 0")
    void same() throws IOException {
        Path other = Files.writeString(directory.resolve("b.dts"), SOURCE.replace("phandle = <1>", "phandle = <7>"));

        CommandRun run = vfio("diff", blob(directory, "a.dtb", SOURCE), other);

        assertThat(run).isEqualTo(new CommandRun(ExitCode.OK, "", ""));
    }

    @Test
    @DisplayName("different trees: a line for each difference, exit code 1")
    void different() throws IOException {
        Path a = blob(directory, "a.dtb", SOURCE);
        Path b = blob(directory, "b.dtb", SOURCE.replace("okay", "disabled").replace("pic 3>;", "pic 3>; new;"));

        CommandRun run = vfio("diff", a, b);

        assertThat(run.code()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(run.err()).isEmpty();
        assertThat(run.lines())
                .containsExactlyInAnyOrder("~ /uart@10: status = \"okay\" -> \"disabled\"", "+ /uart@10: new");
        assertThat(onTerminal(Map.of(), "diff", a, b).out()).contains("\033[32m+ /uart@10: new\033[m");
    }

    @Test
    @DisplayName("a directory that shows a tree as Linux does is compared without Linux's name properties")
    void treeDirectory() throws IOException {
        Path base = Files.createDirectory(directory.resolve("base"));
        Files.write(base.resolve("name"), new byte[1]);
        Path uart = Files.createDirectory(base.resolve("uart@10"));
        Files.writeString(uart.resolve("name"), "uart\0");
        Files.writeString(uart.resolve("status"), "okay\0");

        assertThat(vfio("diff", base, blob(directory, "a.dtb", "/dts-v1/; / { uart@10 { status = \"okay\"; }; };")))
                .isEqualTo(new CommandRun(ExitCode.OK, "", ""));
    }

    @Test
    @DisplayName("trouble with an input is exit code 2, as of diff(1)")
    void trouble() throws IOException {
        CommandRun run = vfio("diff", blob(directory, "a.dtb", SOURCE), directory.resolve("none.dtb"));

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("none.dtb: no such file").hasLineCount(1);
    }
}
