// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import picocli.CommandLine.Option;

/** Asks before something is done that somebody may miss. */
final class Confirmation {
    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask. Without a terminal to ask at, nothing is done without it.")
    private boolean yes;

    /**
     * Asks, unless that was answered on the command line.
     *
     * @param terminal where
     * @param what would be done, without a final full stop
     * @throws CliException if the answer is no, or there is nobody to ask
     * @throws IOException if the terminal cannot be used
     */
    void ask(Terminal terminal, String what) throws CliException, IOException {
        if (yes) {
            return;
        }
        if (!terminal.canAsk()) {
            throw new CliException(ExitCode.NOT_DONE, what + "; not done without --yes", null);
        }
        if (!terminal.confirms(what + ". Go on?")) {
            throw new CliException(ExitCode.NOT_DONE, "not done", null);
        }
    }
}
