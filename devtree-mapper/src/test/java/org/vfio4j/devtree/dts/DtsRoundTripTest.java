// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.fdt.FdtReader;

/** What is written is read back the same, by this reader and by dtc. */
class DtsRoundTripTest {
    private static final String SOURCE = """
            /dts-v1/;
            /memreserve/ 0x10000 (0x1000 * 4);
            / {
                #address-cells = <2>; #size-cells = <1>;
                model = "A \\"board\\"\\n";
                one: two: node@1 { reg = <0 1 0x10>; at = &three; mixed = "a", <&three 7>, [01 02]; };
                three: pic@ffff { interrupt-controller; #interrupt-cells = <2>; };
                /omit-if-no-ref/ four: unused { };
                user { interrupts-extended = <&three 1 2>, <&{/pic@ffff} 3 (4 | 8)>; wide = /bits/ 64 <(-1) 'x'>; };
            };
            / { /delete-node/ gone; user { label = "", "x", ""; }; };
            &one { late; /delete-property/ at; };
            """;

    @Test
    void randomTreesAreReadBackTheSame() {
        for (long seed = 0; seed < 400; seed++) {
            DeviceTree tree = seed % 2 == 0 ? RandomTrees.nextPlain(seed) : RandomTrees.next(seed);
            String source = DtsWriter.write(tree);
            assertThat(DtsWriter.notExpressible(tree)).as("seed %d", seed).isEmpty();
            assertThat(TreeDump.of(DtsReader.read(source)))
                    .as("seed %d:%n%s", seed, source)
                    .isEqualTo(TreeDump.of(tree));
        }
    }

    @Test
    void dtcReadsWhatIsWritten(@TempDir Path directory) throws Exception {
        assumeDtc();
        for (long seed = 0; seed < 25; seed++) {
            DeviceTree tree = RandomTrees.nextPlain(seed);
            String source = DtsWriter.write(tree);
            // Forced, as dtc has more to say about random values than about syntax.
            assertThat(TreeDump.of(compile(directory, source, "-f")))
                    .as("seed %d:%n%s", seed, source)
                    .isEqualTo(TreeDump.of(tree));
        }
    }

    @Test
    void dtcAndTheReaderReadTheSame(@TempDir Path directory) throws Exception {
        assumeDtc();
        assertThat(TreeDump.of(DtsReader.read(SOURCE))).isEqualTo(TreeDump.of(compile(directory, SOURCE)));
    }

    @Test
    void dtcAndTheReaderMakeTheSameSymbols(@TempDir Path directory) throws Exception {
        assumeDtc();
        assertThat(TreeDump.of(DtsReader.readWithSymbols(SOURCE)))
                .isEqualTo(TreeDump.of(compile(directory, SOURCE, "-@")));
    }

    private static void assumeDtc() throws InterruptedException {
        boolean installed;
        try {
            installed = run(new ProcessBuilder("dtc", "--version")) == 0;
        } catch (IOException e) {
            installed = false;
        }
        assumeThat(installed).as("not run: dtc is not installed").isTrue();
    }

    private static DeviceTree compile(Path directory, String source, String... options) throws Exception {
        Path from = Files.writeString(directory.resolve("a.dts"), source);
        Path to = directory.resolve("a.dtb");
        ProcessBuilder dtc = new ProcessBuilder("dtc", "-q", "-q", "-I", "dts", "-O", "dtb", "-o", to.toString());
        dtc.command().addAll(List.of(options));
        dtc.command().add(from.toString());
        dtc.redirectErrorStream(true)
                .redirectOutput(directory.resolve("dtc.txt").toFile());
        assertThat(run(dtc)).as(() -> messages(directory)).isZero();
        return FdtReader.read(to);
    }

    private static String messages(Path directory) {
        try {
            return Files.readString(directory.resolve("dtc.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int run(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as("%s ends", command.command())
                .isTrue();
        return process.exitValue();
    }
}
