// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import com.grack.nanojson.JsonAppendableWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.vfio4j.platform.register.Region;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfio read}. */
@Command(
        name = "read",
        description = {
            "Read registers of a device that is bound to VFIO.",
            "",
            "Each register is read once, with one access of exactly the width, in the byte order of the device. A read can"
                    + " do something: take a byte from a FIFO, or clear a status. The device is opened for it and closed"
                    + " again, which may reset it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio read ffe220000.sata 0 0x2c             one register: its value",
            "  vfio read serial0 registers 0x18 -w 16      by an alias, and by the name of the region",
            "  vfio read ffe220000.sata 0 0 --count 4      four registers, with their offsets",
            "  vfio read --sim proposal ffe220000.sata 0 0",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:read",
            "2:wrong command line, or no such region or register",
            "3:no such device, or the name fits several",
            "4:the kernel refused a step, or the device did not answer",
            "6:the device is not bound to VFIO"
        })
final class ReadCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private RegisterPlace place;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            defaultValue = "1",
            description = "How many registers, one behind the other.")
    private int count;

    @Option(names = "--json", description = "One JSON object (see vfio-platform/doc/json.md).")
    private boolean json;

    ReadCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        if (count < 1) {
            throw CliException.usage("--count: expected 1 or more, and not " + count);
        }
        place.use(region -> {
            requireInside(region);
            if (json) {
                printJson(region);
            } else {
                print(region);
            }
        });
        return ExitCode.OK;
    }

    /** No register is read if not all can be. */
    private void requireInside(Region region) throws CliException {
        long room = (region.size() - place.offset()) / place.width().bytes();
        if (Long.compareUnsigned(place.offset(), region.size()) >= 0 || count > room) {
            throw CliException.usage("not inside " + region.name() + ", which has " + Hex.of(region.size()) + " bytes: "
                    + count + " of " + place.width().bits() + " bits at " + Hex.of(place.offset()));
        }
    }

    private long offset(int index) {
        return place.offset() + (long) index * place.width().bytes();
    }

    private void print(Region region) throws IOException {
        for (int i = 0; i < count; i++) {
            String value = place.width().format(place.width().read(region, offset(i)));
            String line = count == 1 ? value : Hex.of(offset(i)) + "  " + value;
            terminal.out().append(line).append('\n');
        }
    }

    private void printJson(Region region) throws IOException {
        StringBuilder text = new StringBuilder();
        JsonAppendableWriter writer = JsonWriter.indent("  ").on(text);
        writer.object().value("schema", "vfio4j.read/1").value("region", region.name());
        writer.value("width", place.width().bits()).array("registers");
        for (int i = 0; i < count; i++) {
            writer.object().value("offset", Hex.of(offset(i)));
            writer.value("value", Hex.of(place.width().read(region, offset(i)))).end();
        }
        writer.end().end().done();
        terminal.out().append(text).append('\n');
    }
}
