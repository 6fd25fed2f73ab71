// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.vfio4j.platform.cli.CommandRun.blob;
import static org.vfio4j.platform.cli.CommandRun.vfio;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InspectCommandTest {
    private static final String SOURCE = """
            /dts-v1/;
            / {
                #address-cells = <1>;
                #size-cells = <1>;
                aliases { flash0 = "/flash@1000"; };
                flash@1000 {
                    compatible = "x,flash";
                    reg = <0x1000 0x1000>, <0x20000 0x10000>;
                    reg-names = "control", "window";
                };
            };
            """;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("the table says which region and which interrupt is which node, and who answered")
    void table() {
        CommandRun run = vfio("inspect", "--sim", "proposal", "--policy", "proposal", "ffe101300.dma");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .containsPattern("(?m)^Device +ffe101300\\.dma$")
                .containsPattern("(?m)^Node +/soc@ffe000000/dma@101300$")
                .containsPattern("(?m)^Driver +vfio-devtree on the platform bus, group /dev/vfio/\\d+$")
                .containsPattern("(?m)^Source +ioctl VFIO_DEVICE_GET_DEVTREE_INFO; the device tree agrees$")
                .containsPattern("(?m)^  0 +0x200 +read,write +trapped +0xffe101100 +0x101100 +0x100 +ranges\\[0] +"
                        + "/soc@ffe000000/dma@101300$")
                .containsPattern("(?m)^  1 +0x4 +read,write +trapped +0xffe101300 +0x101300 +0x300 +reg\\[0] +"
                        + "/soc@ffe000000/dma@101300$")
                .containsPattern("(?m)^  0 +level-high +<0x23 0x2 0x0 0x0> +/soc@ffe000000/pic@40000 +interrupts\\[0] +"
                        + "/soc@ffe000000/dma@101300/dma-channel@180$")
                .contains("  interrupts 0, 1: flags eventfd,maskable,automasked");
        assertThat(run.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
    }

    @Test
    @DisplayName("what mainline does not expose of a device is listed with the reason")
    void unexposed() {
        CommandRun run = vfio("inspect", "--sim", "proposal", "ffe101300.dma");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern("(?m)^Mode +opened through VFIO, .*\n+Source +device tree of the running kernel$")
                .containsPattern("(?m)^Interrupts$\n  none$")
                .containsPattern("(?m)^Not exposed$")
                .containsPattern("(?m)^  region +ranges\\[0] +0xffe101100 +0x200 +/soc@ffe000000/dma@101300 +\\[1]$")
                .containsPattern("(?m)^  irq +interrupts\\[0] +/soc@ffe000000/dma@101300/dma-channel@180 +\\[2]$")
                .containsPattern("(?m)^  \\[1] mainline Linux does not expose .*ranges")
                .containsPattern("(?m)^  \\[2] mainline Linux does not expose .*interrupts");
    }

    @Test
    void the_device_in_the_same_page_is_named() throws JsonParserException {
        assertThat(vfio("inspect", "--sim", "proposal", "ffe11c500.serial").out())
                .contains("\n  region 0: shares its page with ffe11c600.serial\n");
        JsonObject neighbour = vfio("inspect", "--sim", "proposal", "--json", "ffe11c500.serial")
                .json()
                .getArray("regions")
                .getObject(0)
                .getArray("pageNeighbours")
                .getObject(0);
        assertThat(neighbour)
                .containsExactly(
                        entry("name", "ffe11c600.serial"),
                        entry("node", "/soc@ffe000000/serial@11c600"),
                        entry("physicalAddress", "0xffe11c600"),
                        entry("size", "0x100"));
    }

    @Test
    @DisplayName("--json has exactly the members of the schema vfio4j.inspect/1")
    void schema() throws JsonParserException {
        JsonObject json = vfio("inspect", "--sim", "proposal", "--json", "ffe300000.crypto")
                .json();

        assertThat(json.keySet())
                .containsExactly(
                        "schema",
                        "device",
                        "mode",
                        "policy",
                        "source",
                        "order",
                        "pageSize",
                        "byteOrder",
                        "mapped",
                        "regions",
                        "irqs",
                        "unexposed",
                        "warnings",
                        "errors",
                        "notes");
        assertThat(json.getString("schema")).isEqualTo("vfio4j.inspect/1");
        assertThat(json.getObject("device").getObject("iommuGroup").keySet())
                .containsExactly("number", "noiommu", "path");
        assertThat(json.getObject("device").getObject("vfio").keySet()).containsExactly("eligible", "state", "reason");
        JsonObject region = json.getArray("regions").getObject(0);
        assertThat(region.keySet())
                .containsExactly(
                        "index", "size", "flags", "offset", "access", "accessReason", "pageNeighbours", "mapping");
        assertThat(region.getObject("mapping").keySet())
                .containsExactly(
                        "node",
                        "property",
                        "propertyIndex",
                        "name",
                        "busAddress",
                        "physicalAddress",
                        "pageOffset",
                        "type");
        JsonObject irq = json.getArray("irqs").getObject(0);
        assertThat(irq.keySet()).containsExactly("index", "count", "flags", "mapping");
        assertThat(irq.getObject("mapping").keySet())
                .containsExactly(
                        "node",
                        "property",
                        "propertyIndex",
                        "name",
                        "rawSpecifier",
                        "controller",
                        "specifier",
                        "trigger");
        assertThat(json.getArray("unexposed").getObject(0).keySet())
                .containsExactly("kind", "node", "property", "propertyIndex", "physicalAddress", "size", "reason");
    }

    @ParameterizedTest
    @DisplayName("a device is found by name, by path, by alias and by its place in sysfs")
    @ValueSource(
            strings = {
                "ffe220000.sata",
                "/soc@ffe000000/sata@220000",
                "sata0",
                "/sys/bus/platform/devices/ffe220000.sata"
            })
    void names(String device) throws JsonParserException {
        JsonObject inspection =
                vfio("inspect", "--sim", "proposal", "--json", device).json();

        assertThat(inspection.getObject("device").getString("name")).isEqualTo("ffe220000.sata");
        assertThat(inspection.getString("mode")).isEqualTo("opened");
    }

    @ParameterizedTest
    @DisplayName("an unknown device is one line with names that may have been meant")
    @CsvSource({"--sim, proposal", "--dtb, board.dtb"})
    void unknownDevice(String option, String value) throws IOException {
        Path board = blob(directory, "board.dtb", SOURCE);
        CommandRun run = vfio("inspect", option, value.equals("proposal") ? value : board, "flash@1001");

        assertThat(run.code()).isEqualTo(ExitCode.NO_DEVICE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("vfio: ").contains("flash@1001").hasLineCount(1);
    }

    @Test
    void closeNames() {
        assertThat(vfio("inspect", "--sim", "proposal", "ffe101300.dna").err())
                .isEqualTo("vfio: no device ffe101300.dna; did you mean ffe101300.dma?\n");
        assertThat(vfio("inspect", "--sim", "proposal", "something-else").err())
                .isEqualTo(
                        "vfio: no device something-else; 'vfio list' with the same --sim or --dtb shows the devices\n");
        assertThat(vfio("inspect", "--sim", "proposol", "x").err())
                .isEqualTo("vfio: proposol: no simulated board and no file of this name; boards: proposal\n");
    }

    @ParameterizedTest
    @DisplayName("the page size decides what is mapped, in a prediction and on a simulated kernel")
    @CsvSource({"4096, mapped, mapped", "65536, trapped, trapped", "16384, trapped, mapped"})
    void pageSize(String pageSize, String control, String window) throws IOException, JsonParserException {
        Path board = blob(
                directory, "board.dtb", SOURCE.replace("0x20000", pageSize.equals("65536") ? "0x21000" : "0x20000"));
        for (String option : new String[] {"--dtb", "--sim"}) {
            JsonObject inspection = vfio("inspect", "--page-size", pageSize, "--json", option, board, "flash0")
                    .json();
            assertThat(inspection.getInt("pageSize")).isEqualTo(Integer.parseInt(pageSize));
            assertThat(inspection.getArray("regions").getObject(0).getString("access"))
                    .isEqualTo(control);
            assertThat(inspection.getArray("regions").getObject(1).getString("access"))
                    .isEqualTo(window);
        }
    }

    @Test
    @DisplayName("region names are shown where there are some")
    void regionNames() throws IOException {
        assertThat(vfio("inspect", "--dtb", blob(directory, "b.dtb", SOURCE), "1000.flash")
                        .out())
                .containsPattern("(?m)^  1 +0x10000 .* reg\\[1] +window +/flash@1000$");
    }

    @ParameterizedTest
    @DisplayName("options that do not fit are one line")
    @CsvSource(delimiter = '|', textBlock = """
                    x --page-size 4096               | --page-size: the page size of this machine
                    x --dtb a.dtb --page-size 4095   | expected 4096, 16384 or 65536, got '4095'
                    x --dtb a.dtb --sim proposal     | mutually exclusive
                    x --sim proposal --policy newest | 'newest'
                    """)
    void misuse(String line, String complaint) {
        CommandRun run = vfio((Object[]) ("inspect " + line).split(" "));

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).startsWith("vfio: ").contains(complaint).hasLineCount(1);
    }
}
