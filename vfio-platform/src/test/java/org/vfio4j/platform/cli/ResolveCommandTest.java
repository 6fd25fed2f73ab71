// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.blob;
import static org.vfio4j.platform.cli.CommandRun.vfio;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolveCommandTest {
    private static final String SOURCE = """
            /dts-v1/;
            / {
                #address-cells = <1>;
                #size-cells = <1>;
                interrupt-parent = <&pic>;
                pic: interrupt-controller { interrupt-controller; #interrupt-cells = <2>; };
                soc@f0000000 {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    ranges = <0x0 0xf0000000 0x1000000>;
                    serial@1000 {
                        reg = <0x1000 0x100>, <0x9000000 0x10>;
                        reg-names = "port", "far";
                        interrupts = <7 4>, <0xffffffff 1>, <9>;
                    };
                    nothing { status = "okay"; };
                };
            };
            """;

    @TempDir
    private Path directory;

    private Path board;

    @BeforeEach
    void writeBoard() throws IOException {
        board = blob(directory, "board.dtb", SOURCE);
    }

    @Test
    @DisplayName("--json prints one object per line with exactly the documented members")
    void jsonLines() throws JsonParserException {
        CommandRun run = vfio("resolve", "--json", board);

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.lines()).hasSize(1);
        JsonObject line = JsonParser.object().from(run.lines().get(0));
        assertThat(line.keySet()).containsExactly("dtb", "path", "regs", "irqs");
        assertThat(line.getString("dtb")).isEqualTo(board.toString());
        assertThat(line.getString("path")).isEqualTo("/soc@f0000000/serial@1000");

        JsonArray regs = line.getArray("regs");
        assertThat(regs).hasSize(2);
        assertThat(regs.getObject(0)).isEqualTo(JsonParser.object().from("""
                {"index":0,"phys":"0xf0001000","size":"0x100","type":"mem","reason":null}
                """));
        JsonObject far = regs.getObject(1);
        assertThat(far.keySet()).containsExactly("index", "phys", "size", "type", "reason");
        assertThat(far.isNull("phys")).isTrue();
        assertThat(far.isNull("type")).isTrue();
        assertThat(far.getString("size")).isEqualTo("0x10");
        assertThat(far.getString("reason")).contains("0x9000000").contains("/soc@f0000000");
    }

    @Test
    @DisplayName("specifier cells are unsigned, and the list ends where Linux stops")
    void interrupts() throws JsonParserException {
        JsonObject line =
                JsonParser.object().from(vfio("resolve", "--json", board).out());

        // The third entry is cut off: of_irq_count of drivers/of/irq.c does not count it.
        assertThat(line.getArray("irqs")).isEqualTo(JsonParser.array().from("""
                [{"index":0,"controller":"/interrupt-controller","specifier":[7,4]},
                 {"index":1,"controller":"/interrupt-controller","specifier":[4294967295,1]}]
                """));
    }

    @Test
    @DisplayName("without --json it is a table per node, with names and with what ended the interrupts")
    void table() {
        CommandRun run = vfio("resolve", board);

        assertThat(run.code()).isZero();
        assertThat(run.lines().get(0)).isEqualTo(board + " /soc@f0000000/serial@1000");
        assertThat(run.lines().get(1)).matches("  reg\\[0] +port +0xf0001000 +0x100 +memory");
        assertThat(run.lines().get(2)).matches("  reg\\[1] +far +- +0x10 +.*0x9000000.*");
        assertThat(run.lines().get(3)).matches("  irq\\[0] +/interrupt-controller <0x7 0x4>");
        assertThat(run.lines().get(5)).matches("  irq\\[2] +- +.*");
    }

    @Test
    @DisplayName("source text is read as well as a blob")
    void sourceText() throws IOException {
        Path source = Files.writeString(directory.resolve("board.dts"), SOURCE);

        assertThat(vfio("resolve", source).out().lines().skip(1))
                .containsExactlyElementsOf(vfio("resolve", board).lines().subList(1, 6));
    }

    @Test
    @DisplayName("a directory is searched for blobs, in the order of their paths")
    void directories() throws IOException {
        Path vendor = Files.createDirectory(directory.resolve("a-vendor"));
        blob(vendor, "x.dtb", SOURCE);
        Files.writeString(vendor.resolve("notes.txt"), "no tree");

        CommandRun run = vfio("resolve", "--json", directory);

        assertThat(run.code()).isZero();
        assertThat(run.lines()).hasSize(2);
        assertThat(run.lines().get(0)).contains("a-vendor/x.dtb");
        assertThat(run.lines().get(1)).contains("board.dtb");
    }

    @Test
    @DisplayName("a directory that shows a tree as Linux does is one tree; one without any tree is an error")
    void otherDirectories() throws IOException {
        Path base = Files.createDirectory(directory.resolve("base"));
        Files.write(base.resolve("name"), new byte[1]);
        Path device = Files.createDirectory(base.resolve("d@1"));
        Files.write(device.resolve("reg"), new byte[] {0, 0, 0, 1, 0, 0, 0, 2});
        Path empty = Files.createDirectory(directory.resolve("empty"));

        CommandRun run = vfio("resolve", "--json", base, empty);

        assertThat(run.code()).isEqualTo(ExitCode.NEGATIVE);
        // Without #address-cells and #size-cells Linux takes 1 and 1 (drivers/of/base.c).
        assertThat(run.out()).contains("\"path\":\"/d@1\"", "\"phys\":\"0x1\",\"size\":\"0x2\"");
        assertThat(run.err()).startsWith("vfio: " + empty + ": ").hasLineCount(1);
    }

    @Test
    @DisplayName("a bad file is one line that names file, place and what to do; the others are resolved")
    void badFiles() throws IOException {
        byte[] bytes = Files.readAllBytes(board);
        Path cut = Files.write(directory.resolve("cut.dtb"), java.util.Arrays.copyOf(bytes, bytes.length - 20));
        Path text = Files.writeString(directory.resolve("text.dtb"), "this is no blob, it is text, and long enough");
        Path source = Files.writeString(directory.resolve("bad.dts"), "/dts-v1/;\n/ {\n  reg = <0x>;\n};\n");
        Path missing = directory.resolve("missing.dtb");

        CommandRun run = vfio("resolve", "--json", cut, text, source, missing, board);

        assertThat(run.code()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(run.lines()).hasSize(1);
        assertThat(run.err().lines())
                .hasSize(4)
                .anySatisfy(l -> assertThat(l).startsWith("vfio: " + cut + ": ").contains("TRUNCATED", "copy it again"))
                .anySatisfy(
                        l -> assertThat(l).startsWith("vfio: " + text + ": ").contains("BAD_MAGIC", "give a device"))
                .anySatisfy(l ->
                        assertThat(l).startsWith("vfio: " + source + ": ").contains("line 3", "correct the source"))
                .anySatisfy(l -> assertThat(l).isEqualTo("vfio: " + missing + ": no such file, check the name"));
    }

    @Test
    @DisplayName("without a file the command line is wrong")
    void noFile() {
        CommandRun run = vfio("resolve");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("FILE").contains("vfio resolve --help").hasLineCount(1);
    }
}
