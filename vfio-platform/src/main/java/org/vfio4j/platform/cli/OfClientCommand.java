// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vfio of-client}. */
@Command(
        name = "of-client",
        description = {
            "Ask a device tree through the Open Firmware client interface.",
            "",
            "Every command is made of calls with arrays of cells, as a guest makes them. Without a COMMAND, commands are"
                    + " read from standard input, one in a line; 'help' lists them. Numbers are hexadecimal."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio of-client board.dtb                              a prompt",
            "  vfio of-client board.dtb \"dev /soc\" .properties       two commands",
            "  vfio of-client board.dtb \"claim 0 1000 10\"            memory, and where it is",
            "  vfio of-client board.dtb 'call finddevice \"/soc\"'     any service"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every command had an answer",
            "1:some answer was no: no such node or property, or a service failed",
            "2:wrong command line or command, or unreadable input"
        })
final class OfClientCommand implements Callable<Integer> {
    private static final String PROMPT = "0 > ";

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "A device tree blob, source (.dts), or a directory like /sys/firmware/devicetree/base.")
    private Path file;

    @Parameters(index = "1..*", paramLabel = "COMMAND", description = "A command, quoted if it has arguments.")
    private List<String> commands = List.of();

    private final Terminal terminal;

    OfClientCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        FirmwareShell shell = new FirmwareShell(TreeFile.read(file), terminal.out());
        boolean yes = true;
        if (!commands.isEmpty()) {
            for (String command : commands) {
                yes &= shell.run(command);
            }
            return yes ? ExitCode.OK : ExitCode.NEGATIVE;
        }
        for (String line = terminal.readLine(PROMPT);
                line != null && !line.strip().equals("bye"); ) {
            yes &= answer(shell, line);
            line = terminal.readLine(PROMPT);
        }
        return yes || terminal.canAsk() ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    /** At a prompt a wrong line is not the end. */
    private boolean answer(FirmwareShell shell, String line) throws IOException, CliException {
        try {
            return shell.run(line);
        } catch (CliException e) {
            if (!terminal.canAsk()) {
                throw e;
            }
            terminal.complain(e.getMessage(), null);
            return false;
        }
    }
}
