// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vfio tree}. */
@Command(
        name = "tree",
        description = {
            "Print a device tree as source text (DTS).",
            "",
            "References are printed as labels where the tree tells that a cell is one. What source cannot express is"
                    + " printed as a comment, and standard error says how much that is."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio tree board.dtb               a blob as source",
            "  vfio tree board.dts               source in its plain form: labels and expressions resolved",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "2:wrong command line, or unreadable input"})
final class TreeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "A device tree blob, or source (.dts).")
    private Path file;

    TreeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        DeviceTree tree = TreeFile.read(file);
        DtsWriter.write(tree, terminal.out());
        List<String> comments = DtsWriter.notExpressible(tree);
        if (!comments.isEmpty()) {
            String more = comments.size() == 1 ? "" : ", and " + (comments.size() - 1) + " more";
            terminal.complain(file + ": printed as a comment: " + comments.get(0) + more, null);
        }
        return ExitCode.OK;
    }
}
