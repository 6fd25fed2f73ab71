// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.vfio4j.devtree.diff.Difference;
import org.vfio4j.devtree.diff.TreeDiff;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vfio diff}. */
@Command(
        name = "diff",
        description = {
            "Compare two device trees by structure.",
            "",
            "Phandle numbers do not count: a reference is the same if it refers to a node of the same path. One line for"
                    + " each difference: + only in B, - only in A, ~ in both and not the same."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio diff old.dtb new.dtb",
            "  vfio diff board.dts board.dtb                       did the build change anything?",
            "  vfio diff board.dtb /sys/firmware/devicetree/base   what firmware and overlays changed"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the same", "1:they differ", "2:wrong command line, or unreadable input"})
final class DiffCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            index = "0",
            paramLabel = "A",
            description = "A device tree blob, source (.dts), or a directory like /sys/firmware/devicetree/base.")
    private Path before;

    @Parameters(index = "1", paramLabel = "B", description = "The other one.")
    private Path after;

    DiffCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        List<Difference> differences = TreeDiff.between(TreeFile.read(before), TreeFile.read(after));
        for (Difference difference : differences) {
            String text = difference.text();
            terminal.out().append(style(text).of(text, terminal)).append('\n');
        }
        return differences.isEmpty() ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private static Style style(String text) {
        return switch (text.charAt(0)) {
            case '+' -> Style.GREEN;
            case '-' -> Style.RED;
            default -> Style.YELLOW;
        };
    }
}
