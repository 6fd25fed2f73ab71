// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.vfio;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.diff.TreeDiff;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.fdt.FdtReader;

class GuestTreeCommandTest {
    @TempDir
    private Path dir;

    private Path file(String name) {
        return dir.resolve(name);
    }

    @Test
    @DisplayName("devices of a board are placed and written; what the guest lacks is listed")
    void simulated() throws IOException {
        CommandRun run = vfio("guest-tree", "--sim", "proposal", "ffe101300.dma", "crypto", "--out", file("g.dtb"));

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("In the guest  /platform-bus/dma@c000000")
                .containsPattern(" 0 +0xc000000 +0x4 +trapped +0xffe101300 +reg\\[0]")
                .containsPattern(" 0 +0xc010000 +0x10000 +mapped +0xffe300000 +reg\\[0]")
                .containsPattern(" 0 +112 +144 +level-high +interrupts\\[0] +/soc@ffe000000/crypto@300000")
                .contains("The guest lacks")
                .contains("made without a base")
                .contains("\n\nDevice        ffe300000.crypto\n")
                .contains("Not exposed by VFIO")
                .contains("mainline Linux does not expose the windows of ranges")
                .contains("Stays with the host, nothing to do")
                .contains("Wrote " + file("g.dtb") + ": the guest's tree, " + Files.size(file("g.dtb")) + " bytes");
        DeviceTree tree = FdtReader.read(file("g.dtb"));
        assertThat(Addresses.reg(tree.find("/platform-bus/crypto@c010000").orElseThrow())
                        .get(0)
                        .translation())
                .isEqualTo(new Translated(0xc010000, AddressSpace.MEMORY));
    }

    @Test
    @DisplayName("under the proposal windows and interrupts below are the guest's, too")
    void proposal() throws IOException {
        CommandRun run = vfio(
                "guest-tree", "--sim", "proposal", "--policy", "proposal", "ffe101300.dma", "--out", file("g.dtb"));

        assertThat(run.code()).isZero();
        DeviceTree tree = FdtReader.read(file("g.dtb"));
        assertThat(tree.find("/platform-bus/dma@c001000/dma-channel@180")
                        .flatMap(node -> node.property("interrupts"))
                        .orElseThrow()
                        .cells())
                .containsExactly(0, 112, 4);
        assertThat(run.out()).doesNotContain("Not exposed");
    }

    @Test
    @DisplayName("a base is kept; window, SPIs and pages are the user's choice")
    void base() throws IOException {
        Path base = Files.writeString(file("base.dts"), """
                /dts-v1/;
                / { #address-cells = <2>; #size-cells = <2>; model = "mine";
                    pic: a { interrupt-controller; #interrupt-cells = <3>; };
                    b { interrupt-controller; #interrupt-cells = <3>; }; __symbols__ { pic = "/a"; }; };
                """);

        CommandRun run = vfio(
                "guest-tree",
                "--sim",
                "proposal",
                "ffe101300.dma",
                "serial0",
                "--base",
                base,
                "--interrupt-controller",
                "pic",
                "--window",
                "0x1000000000",
                "--window-size",
                "0x20000",
                "--page-size",
                "65536",
                "--first-spi",
                "7",
                "--spis",
                "1",
                "--out",
                file("g.dts"));

        assertThat(run.err()).isEmpty();
        DeviceTree tree = DtsReader.read(file("g.dts"));
        assertThat(tree.root().property("model").orElseThrow().string()).isEqualTo("mine");
        assertThat(tree.find("/platform-bus/serial@1000010000")
                        .flatMap(node -> node.property("interrupts"))
                        .orElseThrow()
                        .cells())
                .containsExactly(0, 7, 4);
        assertThat(tree.find("/platform-bus").orElseThrow().property("interrupt-parent"))
                .get()
                .extracting(parent -> tree.byPhandle(parent.u32()).orElseThrow().path())
                .isEqualTo("/a");
    }

    @Test
    @DisplayName("an overlay has the labels that crosvm's dt-symbol names, and refers to the GIC as crosvm calls it")
    void overlay() throws IOException {
        CommandRun run =
                vfio("guest-tree", "--sim", "proposal", "serial0", "ffe11c600.serial", "--out", file("g.dtbo"));

        DeviceTree overlay = FdtReader.read(file("g.dtbo"));
        assertThat(run.out()).containsPattern("Label +serial\n").containsPattern("Label +serial_2\n");
        assertThat(overlay.byLabel("serial_2").orElseThrow().path())
                .isEqualTo("/fragment@0/__overlay__/platform-bus/serial@c001000");
        assertThat(overlay.find("/fragment@0").orElseThrow().strings("target-path"))
                .containsExactly("/");
        assertThat(overlay.find("/__fixups__").orElseThrow().strings("intc"))
                .containsExactly("/fragment@0/__overlay__/platform-bus:interrupt-parent:0");
    }

    @Test
    @DisplayName("without a kernel, with what the user knows better")
    void treeAlone() throws IOException {
        Path board = Files.writeString(file("board.dts"), """
                /dts-v1/;
                / { #address-cells = <1>; #size-cells = <1>;
                    cru: cru@100 { reg = <0x100 4>; #clock-cells = <1>; phandle = <0x31>; };
                    uart@1000 { reg = <0x1000 0x100>; clocks = <&cru 3>; vendor,grf = <0x31>; }; };
                """);

        CommandRun told = vfio("guest-tree", "--dtb", board, "/uart@1000", "--out", file("told.dtb"));
        CommandRun known = vfio(
                "guest-tree",
                "--dtb",
                board,
                "/uart@1000",
                "--clock-rate",
                "/cru@100:3=24000000",
                "--leave-out",
                "vendor,grf",
                "--out",
                file("known.dtb"));

        assertThat(told.out())
                .contains("Numbers that may be references")
                .contains("0x31 in it is also the phandle of /cru@100")
                .contains("the tree does not say its rate: [0] of /cru@100:3");
        assertThat(known.out()).doesNotContain("Numbers that may be").doesNotContain("rate");
        assertThat(FdtReader.read(file("known.dtb")).compatibleWith("fixed-clock"))
                .singleElement()
                .satisfies(clock -> assertThat(
                                clock.property("clock-frequency").orElseThrow().u32())
                        .isEqualTo(24_000_000));
        assertThat(TreeDiff.between(FdtReader.read(file("told.dtb")), FdtReader.read(file("known.dtb"))))
                .isNotEmpty();
    }

    @Test
    @DisplayName("--json has places, labels and notes")
    void json() throws JsonParserException {
        CommandRun run = vfio("guest-tree", "--sim", "proposal", "serial0", "--json", "--out", file("g.dtbo"));

        JsonObject json = run.json();
        assertThat(json.getString("schema")).isEqualTo("vfio4j.guest-tree/1");
        assertThat(json.getString("form")).isEqualTo("overlay");
        assertThat(json.getObject("bus").getString("base")).isEqualTo("0xc000000");
        JsonObject device = json.getArray("devices").getObject(0);
        assertThat(device.getString("guestNode")).isEqualTo("/platform-bus/serial@c000000");
        assertThat(device.getString("label")).isEqualTo("serial");
        assertThat(device.getArray("regions").getObject(0).getString("guestAddress"))
                .isEqualTo("0xc000000");
        JsonObject irq = device.getArray("irqs").getObject(0);
        assertThat(irq.getInt("spi")).isEqualTo(112);
        assertThat(irq.getInt("intId")).isEqualTo(144);
        assertThat(irq.getString("trigger")).isEqualTo("level-high");
        JsonObject note = json.getArray("notes").getObject(0);
        assertThat(note.getString("kind")).isEqualTo("provide");
        assertThat(note.isNull("property")).isTrue();
    }

    @ParameterizedTest
    @DisplayName("what cannot be done is one line, and nothing is written")
    @CsvSource(delimiter = '|', textBlock = """
            serial0 --out g.txt                                    | 2 | expected a file named .dtb, .dtbo or .dts
            serial0                                                | 2 | missing required option
            --out g.dtb                                            | 2 | missing required parameter
            serial0 --out g.dtb --interrupt-controller /a          | 2 | which was not given
            serial0 --out g.dtb --window 0x123                     | 2 | expected a window that begins with a page
            serial0 --out g.dtb --clock-rate 7                     | 2 | expected PATH=HZ
            serial0 --out g.dtb --clock-rate /a=0                  | 2 | expected PATH=HZ
            nothing --out g.dtb                                    | 3 | nothing
            serial0 --out g.dtb --spis 0                           | 6 | needs an SPI
            serial0 crypto --out g.dtb --window-size 0x1000        | 6 | give the bus a larger window
            serial0 serial0 --out g.dtb                            | 2 | was named twice
            """)
    void refused(String arguments, int code, String line) throws IOException {
        Object[] words = ("guest-tree --sim proposal " + arguments.strip())
                .replace("--out ", "--out " + dir + "/")
                .split(" +");

        CommandRun run = vfio(words);

        assertThat(run.err()).startsWith("vfio: ").contains(line).hasLineCount(1);
        assertThat(run.code()).isEqualTo(code);
        try (var files = Files.list(dir)) {
            assertThat(files).isEmpty();
        }
    }
}
