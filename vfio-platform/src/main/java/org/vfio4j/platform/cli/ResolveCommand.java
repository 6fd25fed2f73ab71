// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.vfio4j.devtree.Node;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfio resolve}. */
@Command(
        name = "resolve",
        description = {
            "Translate every address and resolve every interrupt of device trees, by the rules of Linux.",
            "",
            "For each node with reg, interrupts or interrupts-extended: the entries of reg with their physical"
                    + " addresses, and the interrupts with their controller, up to the first that Linux cannot resolve."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio resolve board.dtb                  a table for each node",
            "  vfio resolve --json /boot/dtbs > all    one JSON object per line, all *.dtb below a directory",
            "  vfio resolve /sys/firmware/fdt          the tree this machine was booted with (as root)"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every file was resolved (what does not translate is part of the answer)",
            "1:a file could not be read; standard error names it, the others were resolved",
            "2:wrong command line"
        })
final class ResolveCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Device tree blobs, source (.dts), or directories: to search for *.dtb, or"
                    + " like /sys/firmware/devicetree/base.")
    private List<Path> files;

    @Option(names = "--json", description = "One JSON object per node and line (see vfio-platform/doc/json.md).")
    private boolean json;

    ResolveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ResolvePrinter printer = json ? new ResolveJson(terminal.out()) : new ResolveTable(terminal);
        List<Path> inputs = new ArrayList<>();
        int bad = 0;
        for (Path file : files) {
            try {
                addInputs(file, inputs);
            } catch (IOException e) {
                terminal.complain(TreeFile.explain(file, e), e);
                bad++;
            }
        }
        try (Progress progress = new Progress(terminal, inputs.size())) {
            for (Path input : inputs) {
                try {
                    print(input, printer);
                } catch (CliException e) {
                    progress.clear();
                    terminal.complain(e.getMessage(), e);
                    bad++;
                }
                progress.step();
            }
        }
        return bad == 0 ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private static void addInputs(Path file, List<Path> inputs) throws IOException {
        if (!Files.isDirectory(file) || LiveTreeFile.isTree(file)) {
            inputs.add(file);
            return;
        }
        List<Path> found;
        try (Stream<Path> below = Files.walk(file)) {
            found = below.filter(p -> p.toString().endsWith(".dtb")).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (found.isEmpty()) {
            throw new FileSystemException(file.toString(), null, "there is no *.dtb in it");
        }
        inputs.addAll(found);
    }

    private static void print(Path input, ResolvePrinter printer) throws IOException, CliException {
        printer.file(input.toString());
        for (Node node : TreeFile.read(input).nodes()) {
            if (node.hasProperty("reg") || node.hasProperty("interrupts") || node.hasProperty("interrupts-extended")) {
                printer.node(node);
            }
        }
    }
}
