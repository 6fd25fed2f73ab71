// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfio fwcfg}. */
@Command(
        name = "fwcfg",
        description = {
            "Read what the host gave this machine through QEMU's fw_cfg device.",
            "",
            "The device has to be bound to VFIO, and not to Linux's own driver qemu_fw_cfg; 'vfio bind' does it."
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio fwcfg list                       the files and their keys",
            "  vfio fwcfg cat opt/org.example/name   one of them",
            "  vfio fwcfg export DIR                 all of them, as a directory",
            "  vfio fwcfg list --sim virt            the same of a simulated machine",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "2:wrong command line, no such file, or the device does not do what it should",
            "3:no such device, or several",
            "4:the kernel refused a step",
            "6:the device is not bound to VFIO"
        })
final class FwCfgCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
