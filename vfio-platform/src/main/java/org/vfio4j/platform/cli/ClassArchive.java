// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.vfio4j.devtree.fdt.FdtWriter;
import org.vfio4j.platform.sim.SimulatedBoard;

/**
 * Runs the commands once, without output, so that the JVM sees the classes they load. The launcher starts it with
 * {@code -XX:DumpLoadedClassList} and makes the archive of application class-data sharing from the list.
 */
public final class ClassArchive {
    private static final Terminal SILENT =
            new Terminal(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), true, true, Map.of());

    private ClassArchive() {}

    /**
     * Runs the commands.
     *
     * @param arguments none
     * @throws IOException if no temporary file can be written
     */
    public static void main(String[] arguments) throws IOException {
        Path blob = Files.createTempFile("vfio", ".dtb");
        try {
            Files.write(blob, FdtWriter.write(SimulatedBoard.proposal().tree()));
            String file = blob.toString();
            run("--help");
            // Those of other jars, too.
            for (String command : Main.commandLine(SILENT).getSubcommands().keySet()) {
                run(command, "--help");
            }
            run("no-such-command");
            run("list", "--sim", "proposal");
            run("list", "--json", "--dtb", file);
            run("inspect", "--sim", "proposal", "--policy", "proposal", "ffe101300.dma");
            run("inspect", "--sim", "proposal", "--json", "sata0");
            run("inspect", "--dtb", file, "no-such-device");
            run("read", "--sim", "proposal", "ffe220000.sata", "0", "0");
            run("bind", "--sim", "proposal", "ffe220000.sata");
            run("resolve", file);
            run("resolve", "--json", file);
            run("tree", file);
            run("diff", file, file);
        } finally {
            Files.delete(blob);
        }
        // The process's own streams, too.
        Main.run(Terminal.ofProcess(), "--version");
    }

    private static void run(String... commandLine) {
        Main.run(SILENT, commandLine);
    }
}
