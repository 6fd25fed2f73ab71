// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsWriter;
import org.vfio4j.devtree.live.LiveTree;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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
            "  vfio tree board.dtb          a blob as source",
            "  vfio tree board.dts          source in its plain form: labels and expressions resolved",
            "  vfio tree --live             the tree of the running kernel, with what overlays changed"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "2:wrong command line, or unreadable input"})
final class TreeCommand implements Callable<Integer> {
    private static final class Choice {
        @Parameters(
                paramLabel = "FILE",
                description = "A device tree blob, source (.dts), or a directory like /sys/firmware/devicetree/base.")
        private Path file;

        @Option(names = "--live", description = "The tree of the running kernel.")
        private boolean live;
    }

    private final Terminal terminal;

    @ArgGroup(multiplicity = "1")
    private final Choice choice = new Choice();

    TreeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        String name = choice.live ? LiveTreeFile.BASE.toString() : choice.file.toString();
        DeviceTree tree = choice.live ? live() : TreeFile.read(choice.file);
        DtsWriter.write(tree, terminal.out());
        remark(name + ": printed as a comment: ", DtsWriter.notExpressible(tree));
        return ExitCode.OK;
    }

    private DeviceTree live() throws IOException, CliException {
        if (!Files.isDirectory(LiveTreeFile.BASE)) {
            throw CliException.usage("this machine was not started with a device tree (there is no " + LiveTreeFile.BASE
                    + "); name a file");
        }
        LiveTree live = LiveTreeFile.read(LiveTreeFile.BASE);
        if (live.orderSource() == LiveTree.OrderSource.SORTED) {
            terminal.complain("nodes are sorted by address, not in the order of the blob: " + live.orderReason(), null);
        }
        remark("left out, as this user may not read it: ", live.unreadable());
        return live.tree();
    }

    private void remark(String text, List<String> items) throws IOException {
        if (!items.isEmpty()) {
            String more = items.size() == 1 ? "" : ", and " + (items.size() - 1) + " more";
            terminal.complain(text + items.get(0) + more, null);
        }
    }
}
