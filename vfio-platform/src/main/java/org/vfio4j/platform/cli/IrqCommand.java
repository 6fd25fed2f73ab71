// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfio irq}, which has commands of its own. */
@Command(
        name = "irq",
        description = {
            "Watch, count and time the interrupts of a device that is bound to VFIO.",
            "",
            "Nothing here serves the device. One that keeps a level-triggered line asserted interrupts again as soon as"
                    + " the line is unmasked, that is at once."
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio irq watch 9030000.pl061              a line for each, until Ctrl-C",
            "  vfio irq count serial0 --seconds 5        how many come in five seconds",
            "  vfio irq latency 9010000.pl031            how long one takes through the kernel",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "2:wrong command line",
            "3:no such device",
            "4:the kernel refused a step",
            "6:not bound"
        })
final class IrqCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
