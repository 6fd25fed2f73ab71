// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.cli;

import com.grack.nanojson.JsonAppendableWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.concurrent.Callable;
import org.vfio4j.platform.cli.CliException;
import org.vfio4j.platform.cli.CommandContext;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfio fwcfg list}. */
@Command(
        name = "list",
        description = {
            "List the files: key, bytes and name.",
            "",
            "A name may have any bytes: of those that are no visible ASCII the table has \\xNN."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio fwcfg list",
            "  vfio fwcfg list --device 9020000.fw-cfg",
            "  vfio fwcfg list --sim virt --json"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:listed",
            "2:wrong command line, or the device does not do what it should",
            "3:no such device, or several",
            "4:the kernel refused a step",
            "6:the device is not bound to VFIO"
        })
final class FwCfgListCommand implements Callable<Integer> {
    private final CommandContext context;

    @Mixin
    private FwCfgChoice choice;

    @Option(names = "--json", description = "One JSON object (see vfio-platform/doc/json.md).")
    private boolean json;

    FwCfgListCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, CliException {
        choice.use(context, json ? this::printJson : this::print);
        return 0;
    }

    private void print(FwCfg device) throws IOException {
        Writer out = context.out();
        out.append(String.format("%-6s %10s  %s%n", "KEY", "SIZE", "NAME"));
        for (FwCfgFile file : device.directory().files()) {
            out.append(String.format("0x%-4x %10d  %s%n", file.key(), file.size(), Printable.of(file.name())));
        }
    }

    private void printJson(FwCfg device) throws IOException {
        StringBuilder text = new StringBuilder();
        JsonAppendableWriter writer = JsonWriter.indent("  ").on(text);
        writer.object().value("schema", "vfio4j.fwcfg-list/1");
        writer.value("revision", hex(Integer.toUnsignedLong(device.revision())));
        writer.value("dma", device.hasDma()).array("files");
        for (FwCfgFile file : device.directory().files()) {
            writer.object().value("key", hex(file.key())).value("size", hex(file.size()));
            writer.value("name", file.name()).end();
        }
        writer.end().end().done();
        context.out().append(text).append('\n');
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
