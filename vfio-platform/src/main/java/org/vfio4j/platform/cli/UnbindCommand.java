// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.SysfsDevice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code vfio unbind}. */
@Command(
        name = "unbind",
        description = {
            "Give a device back to the driver that it had before VFIO.",
            "",
            "For a device that 'vfio bind' bound, or a program that ended without giving it back. One that somebody has"
                    + " open is refused, because the kernel would wait for it without an end."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  vfio unbind ffe220000.sata    what 'vfio bind ffe220000.sata' did is undone"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:given back",
            "2:wrong command line, or unreadable input",
            "3:no such device, or the name fits several",
            "4:the kernel refused a step; it can be tried again",
            "6:not done: in use, or no former driver is recorded; the message says what to do"
        })
final class UnbindCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private DeviceChoice source;

    UnbindCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        MachineSource.Machine machine = source.machine();
        SysfsDevice device = source.find(machine);
        SysfsDevice now = SlowNotice.during(terminal, device, () -> new PlatformBus(machine.files()).unbind(device));
        String driver = now.driver().map(name -> "bound to " + name).orElse("has no driver, as before");
        terminal.out().append(Words.printable(now.name() + ": " + driver)).append('\n');
        return ExitCode.OK;
    }
}
