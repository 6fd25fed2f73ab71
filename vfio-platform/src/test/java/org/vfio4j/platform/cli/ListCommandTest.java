// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.blob;
import static org.vfio4j.platform.cli.CommandRun.vfio;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {
    private static final String SOURCE = """
            /dts-v1/;
            / {
                #address-cells = <1>;
                #size-cells = <1>;
                serial@9000000 { compatible = "arm,pl011", "arm,primecell"; reg = <0x9000000 0x1000>; };
                sram@1000 { compatible = "mmio-sram"; reg = <0x1000 0x1000>; };
                off@2000 { compatible = "x,y"; reg = <0x2000 0x1000>; status = "disabled"; };
            };
            """;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("a device tree alone gives the devices that Linux would make of it, and no word about drivers")
    void prediction() throws IOException {
        CommandRun run = vfio("list", "--dtb", blob(directory, "b.dtb", SOURCE));

        assertThat(run.code()).isZero();
        assertThat(run.lines())
                .containsExactly(
                        "DEVICE          BUS       NODE",
                        "9000000.serial  amba      /serial@9000000",
                        "1000.sram       platform  /sram@1000");
    }

    @Test
    @DisplayName("--json is one object of the schema vfio4j.list/1")
    void json() throws IOException, JsonParserException {
        JsonObject list = vfio("list", "--json", "--dtb", blob(directory, "b.dtb", SOURCE))
                .json();

        assertThat(list.keySet()).containsExactly("schema", "devices");
        assertThat(list.getString("schema")).isEqualTo("vfio4j.list/1");
        assertThat(list.getArray("devices")).hasSize(2);
        assertThat(list.getArray("devices").getObject(1))
                .isEqualTo(JsonParser.object().from("""
                {"name":"1000.sram","bus":"platform","node":"/sram@1000",
                 "driver":null,"iommuGroup":null,"vfio":null}
                """));
    }

    @Test
    @DisplayName("a simulated board shows driver, group and whether VFIO can have a device, with the reasons below")
    void simulatedBoard() {
        CommandRun run = vfio("list", "--sim", "proposal");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern("(?m)^ffe220000.sata +platform +vfio-platform +1 +bound +/soc@ffe000000/sata@220000$")
                .containsPattern(
                        "(?m)^ffe131000.gpio +platform +gpio-mpc8xxx +0 +yes \\[2] +/soc@ffe000000/gpio@131000$")
                .containsPattern("(?m)^ffe160000.watchdog +platform +vfio-platform +noiommu-\\d+ +bound ")
                .containsPattern("(?m)^\\[2] can be bound once gpio-mpc8xxx lets go of it$");
    }

    @Test
    @DisplayName("this machine's devices are listed, whatever they are")
    void thisMachine() throws JsonParserException {
        CommandRun run = vfio("list", "--json");

        // A machine without /sys/bus/platform (a container) is told so.
        if (run.code() == ExitCode.OK) {
            assertThat(run.json().getArray("devices"))
                    .allSatisfy(device -> assertThat(((JsonObject) device).keySet())
                            .containsExactly("name", "bus", "node", "driver", "iommuGroup", "vfio"));
        } else {
            assertThat(run.err()).startsWith("vfio: ").hasLineCount(1);
        }
    }
}
