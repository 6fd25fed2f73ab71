// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vfio completion}. */
@Command(
        name = "completion",
        description = "Print a completion script for a shell.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "2:wrong command line"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(vfio completion bash)     for this shell",
            "  vfio completion bash > /etc/bash_completion.d/vfio",
            "  vfio completion zsh >> ~/.zshrc"
        })
final class CompletionCommand implements Callable<Integer> {
    /** The shells. One script serves both: in zsh it loads bashcompinit. */
    enum Shell {
        /** GNU bash. */
        bash,
        /** Z shell. */
        zsh
    }

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private Shell shell;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        terminal.out().write(AutoComplete.bash("vfio", spec.root().commandLine()));
        return ExitCode.OK;
    }
}
