// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.blob;
import static org.vfio4j.platform.cli.CommandRun.vfio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.fdt.FdtWriter;

class TreeCommandTest {
    private static final String SOURCE = """
            /dts-v1/;
            / {
                model = "a board";
                gic: interrupt-controller@10 { reg = <0x10>; #interrupt-cells = <3>; };
                uart@20 { interrupt-parent = <&gic>; interrupts = <(0 + 0) 33 4>; };
            };
            """;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("a blob is printed as source that reads back as the same tree")
    void roundTrip() throws IOException {
        CommandRun run = vfio("tree", blob(directory, "b.dtb", SOURCE));

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(FdtWriter.write(DtsReader.read(run.out()))).isEqualTo(FdtWriter.write(DtsReader.read(SOURCE)));
    }

    @Test
    @DisplayName("source is printed in its plain form")
    void source() throws IOException {
        Path source = Files.writeString(directory.resolve("b.dts"), SOURCE);

        assertThat(vfio("tree", source).out())
                .isEqualTo(vfio("tree", blob(directory, "b.dtb", SOURCE)).out());
    }

    @Test
    @DisplayName("what source cannot express is a comment, and standard error says so")
    void notExpressible() throws IOException {
        DeviceTree tree = DeviceTree.builder()
                .beginNode("")
                .property("a name", new byte[0])
                .endNode()
                .build();
        Path file = Files.write(directory.resolve("odd.dtb"), FdtWriter.write(tree));

        CommandRun run = vfio("tree", file);

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("// not expressible:");
        assertThat(run.err())
                .startsWith("vfio: " + file + ": printed as a comment: ")
                .contains("a name")
                .hasLineCount(1);
    }
}
