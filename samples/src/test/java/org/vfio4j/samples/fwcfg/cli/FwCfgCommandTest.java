// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.cli.CliException;
import org.vfio4j.platform.cli.CommandContext;
import org.vfio4j.platform.cli.CommandProvider;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.samples.fwcfg.CommandBoard;
import org.vfio4j.samples.fwcfg.FwCfgException;
import picocli.CommandLine;

@Timeout(60)
class FwCfgCommandTest {
    private static final String[] NODES = {"fw-cfg@9020000", "fw-cfg@9030000"};

    @TempDir
    private Path directory;

    private SimulatedBoard board = CommandBoard.of(NODES[0]);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StringWriter text = new StringWriter();
    private Exception failure;

    private final class BoardContext implements CommandContext {
        @Override
        public Writer out() {
            return text;
        }

        @Override
        public OutputStream bytes() {
            return bytes;
        }

        @Override
        public HostFiles files() {
            return board.files();
        }

        @Override
        public PlatformDevice open(String device, Optional<DmaStack> stack) throws IOException {
            return stack.isPresent()
                    ? PlatformDevice.open(board.syscalls(), files(), new PlatformBus(files()).find(device), stack.get())
                    : PlatformDevice.open(board.syscalls(), files(), device);
        }

        @Override
        public CommandContext on(SimulatedBoard other) {
            board = other;
            return this;
        }
    }

    private CommandLine command() {
        return (CommandLine) new FwCfgCommands().command(new BoardContext());
    }

    /** Runs a command line; what ends it is in {@link #failure}. */
    private int run(String... words) {
        return command()
                .setErr(new PrintWriter(Writer.nullWriter()))
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    failure = e;
                    return 99;
                })
                .execute(words);
    }

    private static String[] onArm(String line) {
        return (line + " --arch ARM").split(" ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "list --dma", "list -d 9020000.fw-cfg", "list --registers 24@0x9020000:8:0:16"})
    void listShowsTheFiles(String line) {
        assertThat(run(onArm(line))).isZero();
        assertThat(text.toString().lines())
                .containsExactly(
                        "KEY          SIZE  NAME",
                        "0x20            4  etc/boot-fail-wait",
                        "0x21            5  opt/a",
                        "0x22            0  opt/a/b\\x1b[2J",
                        "0x23            1  opt/\\xc3\\xa4");
    }

    @Test
    void anArchitectureIsOneInLowerCaseToo() {
        assertThat(run("cat", "opt/a", "--arch", "arm")).isZero();
        assertThat(bytes).hasToString("hello");
    }

    @Test
    void listAsJsonHasTheNamesAsTheyAre() throws JsonParserException {
        assertThat(run(onArm("list --json"))).isZero();
        JsonObject all = JsonParser.object().from(text.toString());
        assertThat(all)
                .containsEntry("schema", "vfio4j.fwcfg-list/1")
                .containsEntry("revision", "0x3")
                .containsEntry("dma", true);
        assertThat(all.getArray("files"))
                .containsExactly(
                        Map.of("key", "0x20", "size", "0x4", "name", "etc/boot-fail-wait"),
                        Map.of("key", "0x21", "size", "0x5", "name", "opt/a"),
                        Map.of("key", "0x22", "size", "0x0", "name", "opt/a/b\u001b[2J"),
                        Map.of("key", "0x23", "size", "0x1", "name", "opt/\u00c3\u00a4"));
    }

    /** Whatever this machine is: the layout of the registers is the simulated one's. */
    @ParameterizedTest
    @ValueSource(strings = {"", " --dma", " -d 9020000.fw-cfg"})
    void aSimulatedMachineIsAskedWithoutAnyOtherOption(String options) {
        board = CommandBoard.of();
        assertThat(run(("cat opt/org.example/greeting --sim virt" + options).split(" ")))
                .isZero();
        assertThat(bytes).hasToString("Hello from the host\n");
    }

    @ParameterizedTest
    @CsvSource({
        "cat opt/a, hello",
        "cat --dma opt/a, hello",
        "cat --key 0x21, hello",
        "cat -k 33 --offset 1 --length 3, ell",
        "cat opt/a --offset 2, llo",
        "cat opt/a --offset 5, ''",
        "cat opt/ä, x",
        "cat --key 0, QEMU",
        "cat --key 0x19 --length 4, '\0\0\0\4'"
    })
    void catPrintsAnItem(String line, String expected) {
        assertThat(run(onArm(line))).isZero();
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).isEqualTo(expected);
        assertThat(text.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cat opt/none, the fw_cfg device has no file 'opt/none'",
        "cat --key 0x19, nothing says how long the item 0x19 is",
        "cat --key 0x10000 --length 1, expected a key from 0 to 0xffff",
        "cat opt/a --offset 6, the item has 5 bytes",
        "cat opt/a --length 6, the item has 5 bytes",
        "cat opt/a --length -1, expected an --offset from 0",
        "list --registers 24@1:8, expected SIZE@BASE",
        "list --registers 16@0x9020000:8:0:16, too small",
        "list --registers 0x20@0x9020000, is smaller than the window",
        "list --registers 24@0x9020000:0:8, has no fw_cfg device",
        "list --sim proposal, there is no simulated machine 'proposal'; there is virt",
        "list --timeout 0, expected 1 or more seconds",
        "list -d 9020000.uart, 9020000.uart"
    })
    void whatCannotBeIsSaid(String line, String message) {
        assertThat(run(onArm(line))).isEqualTo(99);
        assertThat(failure)
                .isInstanceOfAny(CliException.class, FwCfgException.class, IOException.class)
                .hasMessageContaining(message);
        assertThat(bytes.size()).isZero();
    }

    @Test
    void theTimeoutIsInSeconds() {
        board = CommandBoard.silent(NODES[0]);
        assertThat(run(onArm("list --dma --timeout 1"))).isEqualTo(99);
        assertThat(failure).isInstanceOf(FwCfgException.class).hasMessageContaining("did not answer within PT1S");
    }

    @Test
    void exportWritesTheTreeAndSaysWhichNamesItChanged() {
        Path tree = directory.resolve("tree");
        assertThat(run("export", tree.toString(), "--arch", "ARM")).isZero();
        assertThat(text.toString().lines())
                .containsExactly(
                        "opt/a is by_name/opt/a%file",
                        "opt/a/b\\x1b[2J is by_name/opt/a/b%1B[2J",
                        "opt/\\xc3\\xa4 is by_name/opt/%C3%A4",
                        "4 files in " + tree);
        assertThat(tree.resolve("by_name/opt/a%file/raw")).hasContent("hello");
        assertThat(Files.isSymbolicLink(tree)).isTrue();
    }

    @Test
    void theDeviceMustBeNamedIfThereAreSeveral() {
        board = CommandBoard.of(NODES);
        run(onArm("list"));
        assertThat(failure)
                .isInstanceOf(CliException.class)
                .hasMessageContaining("9020000.fw-cfg, 9030000.fw-cfg")
                .hasMessageContaining("--device");
        assertThat(run(onArm("cat opt/a -d 9030000.fw-cfg"))).isZero();
        assertThat(bytes).hasToString("hello");
    }

    @Test
    void aMachineWithoutTheDeviceSaysSo() {
        board = CommandBoard.of();
        run(onArm("list"));
        assertThat(failure).isInstanceOf(CliException.class).hasMessageContaining("no fw_cfg device");
    }

    @Test
    void theHelpHasExamplesAndExitCodesInLinesOfAtMost100Characters() {
        CommandLine command = command().setUsageHelpWidth(100);
        for (CommandLine each : List.of(
                command,
                command.getSubcommands().get("list"),
                command.getSubcommands().get("cat"),
                command.getSubcommands().get("export"))) {
            String help = each.getUsageMessage(CommandLine.Help.Ansi.OFF);
            assertThat(help)
                    .contains("Examples:", "Exit codes:", "  vfio fwcfg ")
                    .doesNotContain("%%", "%n");
            assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        }
    }

    @Test
    void vfioFindsTheCommand() {
        assertThat(ServiceLoader.load(CommandProvider.class)).hasAtLeastOneElementOfType(FwCfgCommands.class);
    }
}
