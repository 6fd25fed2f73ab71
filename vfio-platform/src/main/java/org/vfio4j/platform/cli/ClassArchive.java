// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.OutputStream;
import java.util.Map;

/**
 * Runs the commands once, without output, so that the JVM sees the classes they load. The launcher starts it with
 * {@code -XX:DumpLoadedClassList} and makes the archive of application class-data sharing from the list.
 */
public final class ClassArchive {
    private static final String[][] COMMAND_LINES = {
        {"--version"}, {"--help"}, {"resolve", "--help"}, {"no-such-command"},
    };

    private ClassArchive() {}

    /**
     * Runs the commands.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        for (String[] commandLine : COMMAND_LINES) {
            OutputStream nowhere = OutputStream.nullOutputStream();
            Main.run(new Terminal(nowhere, nowhere, true, true, Map.of()), commandLine);
        }
        // The process's own streams, too.
        Main.run(Terminal.ofProcess(), "--version");
    }
}
