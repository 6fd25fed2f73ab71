// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.onTerminal;
import static org.vfio4j.platform.cli.CommandRun.vfio;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.fdt.FdtWriter;
import picocli.CommandLine;

class MainTest {
    private static final String SOURCE =
            "/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; d@10 { reg = <16 4>; }; };";

    @TempDir
    private Path directory;

    @Test
    @DisplayName("--help lists every command and where to begin")
    void help() {
        CommandRun run = vfio("--help");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        for (String name : commands().getSubcommands().keySet()) {
            assertThat(run.out()).containsPattern("\n  " + name + " ");
        }
        assertThat(run.out()).contains("First steps:");
    }

    @Test
    @DisplayName("the help of every command has examples and exit codes, in lines of at most 100 characters")
    void commandHelp() {
        for (String name : commands().getSubcommands().keySet()) {
            CommandRun run = vfio(name, "--help");
            assertThat(run.code()).isZero();
            assertThat(run.out()).contains("Examples:").contains("Exit codes:").contains("  vfio " + name);
            assertThat(run.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        }
    }

    @Test
    void version() {
        assertThat(vfio("--version").out()).startsWith("vfio ").hasLineCount(1);
    }

    @ParameterizedTest
    @DisplayName("a wrong command line is one line with the way to the help")
    @CsvSource(delimiter = '|', textBlock = """
                    ''            | missing command                                     | vfio --help
                    reslove       | unknown command 'reslove', did you mean 'resolve'?  | vfio --help
                    list x        | unexpected argument 'x'                             | vfio list --help
                    list --jsno   | unknown option: '--jsno'                            | vfio list --help
                    tree          | missing required argument (specify one of these)    | vfio tree --help
                    tree --live x | unexpected argument 'x'                             | vfio tree --help
                    completion sh | 'sh'                                                | vfio completion --help
                    """)
    void wrongCommandLine(String line, String complaint, String help) {
        CommandRun run = vfio((Object[]) (line.isEmpty() ? new String[0] : line.split(" ")));

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("vfio: ").contains(complaint, help).hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    @DisplayName("the completion script knows the commands")
    void completion(String shell) {
        CommandRun run = vfio("completion", shell);

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("complete -F _complete_vfio");
        assertThat(run.out()).contains(commands().getSubcommands().keySet());
    }

    @Test
    @DisplayName("colours are for a terminal, and not if NO_COLOR is set or the terminal is dumb")
    void colours() throws IOException {
        Path board = CommandRun.blob(directory, "b.dtb", SOURCE);
        String escape = "\033[";

        assertThat(vfio("resolve", board).out()).doesNotContain(escape);
        assertThat(onTerminal(Map.of(), "resolve", board).out()).contains(escape + "1m/d@10");
        assertThat(onTerminal(Map.of("NO_COLOR", "1"), "resolve", board).out()).doesNotContain(escape);
        assertThat(onTerminal(Map.of("TERM", "dumb"), "resolve", board).out()).doesNotContain(escape);
        assertThat(onTerminal(Map.of("NO_COLOR", "1"), "--help").out()).doesNotContain(escape);
    }

    @Test
    @DisplayName("no name in a device tree can send a control sequence to the terminal")
    void controlCharacters() throws IOException {
        DeviceTree tree = DeviceTree.builder()
                .beginNode("")
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .beginNode("evil\033[2J@1")
                .strings("compatible", "x")
                .cells("reg", 1, 1)
                .endNode()
                .endNode()
                .build();
        Path file = Files.write(directory.resolve("evil.dtb"), FdtWriter.write(tree));
        Path empty = CommandRun.blob(directory, "empty.dtb", "/dts-v1/; / { };");

        String[][] commandLines = {
            {"resolve", file.toString()},
            {"resolve", "--json", file.toString()},
            {"list", "--dtb", file.toString()},
            {"inspect", "--dtb", file.toString(), "/evil\033[2J@1"},
            {"inspect", "--dtb", file.toString(), "evil\033[2J@2"},
            {"of-client", file.toString(), "ls"},
            {"tree", file.toString()},
            {"diff", file.toString(), empty.toString()},
        };
        for (String[] commandLine : commandLines) {
            CommandRun run = vfio((Object[]) commandLine);
            assertThat(run.out() + run.err())
                    .as(commandLine[0])
                    .contains("evil")
                    .doesNotContain("\033");
        }
    }

    @Test
    @DisplayName("a stack trace is printed only if VFIO_DEBUG asks for it")
    void debug() {
        Path missing = directory.resolve("missing.dtb");

        assertThat(vfio("resolve", missing).err()).hasLineCount(1);
        assertThat(onTerminal(Map.of("VFIO_DEBUG", "1"), "resolve", missing).err())
                .contains("no such file")
                .contains("\tat org.vfio4j");
    }

    @Test
    @DisplayName("a reader that goes away ends the command quietly; a full disk does not")
    void failedOutput() throws IOException {
        String board = CommandRun.blob(directory, "b.dtb", SOURCE).toString();
        java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();

        int closed = Main.run(
                terminal(new Terminal.OutputClosedException(new IOException("Broken pipe")), err), "resolve", board);
        assertThat(closed).isEqualTo(ExitCode.OUTPUT_CLOSED);
        assertThat(err.toString()).isEmpty();

        int full = Main.run(terminal(new Terminal.OutputException(new IOException("No space left")), err), "--help");
        assertThat(full).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .isEqualTo("vfio: cannot write standard output: No space left" + System.lineSeparator());
    }

    private static Terminal terminal(IOException failure, OutputStream err) {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw failure;
            }
        };
        return new Terminal(broken, err, false, false, Map.of());
    }

    private static CommandLine commands() {
        return Main.commandLine(
                new Terminal(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false, false, Map.of()));
    }

    @Test
    @DisplayName("a directory in place of a file is one line")
    void directoryInPlaceOfFile() throws IOException {
        Path list = Files.createDirectory(directory.resolve("x.dtb"));

        CommandRun run = vfio("list", "--dtb", list);

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .isEqualTo("vfio: " + list + ": is a directory and shows no device tree, name a file in it\n");
    }
}
