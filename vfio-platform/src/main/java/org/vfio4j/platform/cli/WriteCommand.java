// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vfio write}. */
@Command(
        name = "write",
        description = {
            "Write a register of a device that is bound to VFIO.",
            "",
            "It is one access of exactly the width, in the byte order of the device; nothing is read, before or after. The"
                    + " device is opened for it and closed again, which may reset it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio write ffe220000.sata 0 0x2c 0x1       one register",
            "  vfio write serial0 registers 0 0x41 -w 8   a byte, by an alias and the name of the region",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:written",
            "2:wrong command line, or no such region or register",
            "3:no such device, or the name fits several",
            "4:the kernel refused a step, or the device did not answer",
            "6:the device is not bound to VFIO"
        })
final class WriteCommand implements Callable<Integer> {
    @Mixin
    private RegisterPlace place;

    @Parameters(
            index = "3",
            paramLabel = "VALUE",
            converter = Unsigned.class,
            description = "What to write, hexadecimal with 0x; it has to fit the width.")
    private long value;

    @Override
    public Integer call() throws IOException, CliException {
        if (!place.width().holds(value)) {
            throw CliException.usage(
                    "VALUE: " + Hex.of(value) + " does not fit " + place.width().bits() + " bits");
        }
        place.use(region -> place.width().write(region, place.offset(), value));
        return ExitCode.OK;
    }
}
