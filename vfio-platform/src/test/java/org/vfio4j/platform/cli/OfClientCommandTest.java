// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.blob;
import static org.vfio4j.platform.cli.CommandRun.vfio;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfClientCommandTest {
    private static final String SOURCE = """
            / {
                #address-cells = <1>; #size-cells = <1>;
                aliases { serial0 = "/soc/uart@1000"; };
                soc { uart@1000 { compatible = "v,uart", "v,any"; reg = <0x1000 0x100>; wakeup-source; mac = [01 02 03]; };
                    rtc@2000 { }; };
                memory@0 { device_type = "memory"; reg = <0x0 0x100000>; };
            };
            """;

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        file = blob(directory, "b.dtb", SOURCE);
    }

    @Test
    @DisplayName("a node is chosen by alias, and its properties are printed")
    void properties() {
        CommandRun run = vfio("of-client", file, "dev serial0", "pwd", ".properties");

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("""
                /soc/uart@1000
                name = "uart"
                compatible = "v,uart", "v,any"
                reg = <0x1000 0x100>
                wakeup-source
                mac = [01 02 03]
                phandle = <0x4>
                """);
    }

    @Test
    @DisplayName("children are listed, and one property is read")
    void children() {
        CommandRun run = vfio("of-client", file, "dev /soc", "ls", "dev /memory", "getprop available");

        assertThat(run.out()).isEqualTo("uart@1000\nrtc@2000\navailable = <0x0 0x100000>\n");
    }

    @Test
    @DisplayName("memory is claimed and given back")
    void claim() {
        CommandRun run = vfio(
                "of-client",
                file,
                "claim 0 1000 10",
                "claim 80000 1000 0",
                "release 10 1000",
                "dev /memory",
                "getprop available",
                "claim 80000 1 0");

        assertThat(run.out()).isEqualTo("10\n80000\n0\navailable = <0x0 0x80000 0x81000 0x7f000>\nffffffff\n");
        assertThat(run.code()).as("the last claim failed").isEqualTo(ExitCode.NEGATIVE);
    }

    @Test
    @DisplayName("a property is set where the policy permits it, and any service is called")
    void setAndCall() {
        CommandRun run = vfio(
                "of-client",
                file,
                "dev /chosen",
                "setprop bootargs \"quiet splash\"",
                "getprop bootargs",
                "call finddevice \"serial0\"",
                "call test \"peer\"",
                "call quiesce");

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("d\nbootargs = \"quiet splash\"\n4\n0\n0\n");
        assertThat(vfio("of-client", file, "dev /soc", "setprop bootargs x").code())
                .isEqualTo(ExitCode.NEGATIVE);
    }

    @Test
    @DisplayName("an answer of no is exit code 1")
    void no() {
        assertThat(vfio("of-client", file, "dev /none").code()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(vfio("of-client", file, "getprop none").out()).isEqualTo("no such property\n");
        assertThat(vfio("of-client", file, "call no-such-service").code()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(vfio("of-client", file, "call exit", "call peer 0").out())
                .isEqualTo("0\nno such service, or the client has left\n");
    }

    @Test
    @DisplayName("a wrong command is one line and exit code 2")
    void wrong() {
        assertThat(vfio("of-client", file, "jump").err()).isEqualTo("vfio: no command 'jump'; 'help' lists them\n");
        assertThat(vfio("of-client", file, "claim 1 2").code()).isEqualTo(ExitCode.USAGE);
        assertThat(vfio("of-client", file, "claim 1 2 g").err()).contains("'g'");
        assertThat(vfio("of-client", file, "call peer 0 0 0 0 0 0 0 0 0 0").code())
                .isEqualTo(ExitCode.USAGE);
        assertThat(vfio("of-client", file, "call test \"" + "x".repeat(100_000) + "\"")
                        .code())
                .isEqualTo(ExitCode.USAGE);
        assertThat(vfio("of-client", directory.resolve("none.dtb"), "ls").code())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    @DisplayName("commands come from standard input, with a prompt and without an end at a mistake if a person types")
    void prompt() {
        String typed = "dev /soc\njump\nls\nbye\npwd\n";
        assertThat(typed(typed, true)).isEqualTo("0:uart@1000\nrtc@2000\n");
        assertThat(typed(typed, false)).isEqualTo("2:");
        assertThat(typed("\\ a comment\n\ndev /none", false)).isEqualTo("1:no such node\n");
    }

    private String typed(String text, boolean isTerminal) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(text.getBytes()), out, err, isTerminal, false, isTerminal, Map.of());
        int code = Main.run(terminal, "of-client", file.toString());
        assertThat(err.toString().contains("0 > ")).isEqualTo(isTerminal);
        return code + ":" + out;
    }
}
