// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.Node;

/** The device tree compiler takes our blobs for the trees that they are, and we take its blobs. */
class DtcInteropTest {
    @TempDir
    private Path dir;

    @BeforeEach
    void dtcIsInstalled() {
        boolean installed = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "dtc")));
        assumeThat(installed)
                .as("not run: dtc is not installed (package device-tree-compiler)")
                .isTrue();
    }

    @Test
    void dtcReadsWhatWeWriteAndWritesItEqual() throws Exception {
        DeviceTree tree = largeTree();

        SameTree.check(tree, FdtReader.read(dtc(FdtWriter.write(tree), "17")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "16", "17"})
    void weReadTheVersionsThatDtcWrites(String version) throws Exception {
        byte[] blob = dtc(FdtWriter.write(SampleTrees.soc()), version);

        assertThat(blob[23]).as("version in the header").isEqualTo(Byte.parseByte(version));
        if (version.equals("3")) {
            // dtc adds a property "name" to every node of this version.
            assertThat(FdtReader.read(blob).nodes())
                    .extracting(Node::path)
                    .containsExactlyElementsOf(
                            SampleTrees.soc().nodes().stream().map(Node::path).toList());
        } else {
            SameTree.check(SampleTrees.soc(), FdtReader.read(blob));
        }
    }

    @Test
    void weReadTheBlobThatDtcCompiles() throws Exception {
        Path source = Files.writeString(dir.resolve("a.dts"), """
                /dts-v1/;
                /memreserve/ 0x1000 0x2000;
                / {
                    aliases { serial0 = &uart0; };
                    intc: controller@10 { };
                    uart0: uart@20 { interrupt-parent = <&intc>; reg = <0x20 0x10>; labels = "a", "b"; };
                };
                """);
        DeviceTree tree = FdtReader.read(run(source, "-q", "-@", "-I", "dts", "-b", "3"));

        assertThat(tree.bootCpuId()).isEqualTo(3);
        assertThat(tree.memoryReservations()).hasSize(1);
        Node uart = tree.byLabel("uart0").orElseThrow();
        assertThat(tree.find("serial0")).containsSame(uart);
        assertThat(tree.byPhandle(
                        uart.property("interrupt-parent").orElseThrow().u32()))
                .isEqualTo(tree.find("/controller@10"));
        assertThat(uart.property("reg").orElseThrow().cells()).containsExactly(0x20, 0x10);
        assertThat(uart.property("labels").orElseThrow().strings()).containsExactly("a", "b");
    }

    private byte[] dtc(byte[] blob, String version) throws IOException, InterruptedException {
        Path in = Files.write(dir.resolve("in.dtb"), blob);
        return Files.readAllBytes(run(in, "-q", "-q", "-f", "-I", "dtb", "-V", version));
    }

    private Path run(Path in, String... options) throws IOException, InterruptedException {
        Path out = dir.resolve("out.dtb");
        List<String> command = new ArrayList<>(List.of("dtc"));
        command.addAll(List.of(options));
        command.addAll(List.of("-O", "dtb", "-o", out.toString(), in.toString()));
        Path log = dir.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(() -> readQuietly(log)).isZero();
        return out;
    }

    private static String readQuietly(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static DeviceTree largeTree() {
        DeviceTreeBuilder builder = DeviceTree.builder()
                .bootCpuId(1)
                .reserveMemory(0x1_2345_6000L, 0x1000)
                .beginNode("")
                .cells("#address-cells", 1)
                .cells("#size-cells", 1);
        for (int i = 1; i < 500; i++) {
            builder.beginNode("device@" + Integer.toHexString(i << 12))
                    .strings("compatible", "acme,device-" + i % 7, "acme,device")
                    .cells("reg", i << 12, 0x1000)
                    .property("odd-length", new byte[i % 13])
                    .cells("phandle", i)
                    .endNode();
        }
        return builder.endNode().build();
    }
}
