// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vfio4j.platform.cli.CliException;
import org.vfio4j.platform.cli.CommandContext;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import org.vfio4j.samples.fwcfg.FwCfgTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vfio fwcfg export}. */
@Command(
        name = "export",
        description = {
            "Write all files into a directory, in the shape of Linux's /sys/firmware/qemu_fw_cfg.",
            "",
            "DIR appears when it is complete. It is a symbolic link to a directory in the hidden .DIR.exports beside it:"
                    + " exported again, it is replaced as a whole, and who is in the old one finds it complete until the"
                    + " next export.",
            "",
            "by_key/N has the files key, name, raw and size. In by_name a name that cannot be a path is written otherwise:"
                    + " %%XX for control characters, bytes beyond ASCII and %%, %%2E for the names . and .., %% for an"
                    + " empty name, and a file beside a directory of its name has %%file behind it. Those are printed."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  vfio fwcfg export /run/fw_cfg", "  cat /run/fw_cfg/by_name/etc/boot-fail-wait/size"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:exported",
            "2:wrong command line, DIR is no earlier export, or the device does not do what it should",
            "3:no such device, or several",
            "4:the kernel refused a step",
            "6:the device is not bound to VFIO"
        })
final class FwCfgExportCommand implements Callable<Integer> {
    private final CommandContext context;

    @Mixin
    private FwCfgChoice choice;

    @Parameters(paramLabel = "DIR", description = "Not there yet, or an earlier export.")
    private Path directory;

    FwCfgExportCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, CliException {
        choice.use(context, this::export);
        return 0;
    }

    private void export(FwCfg device) throws IOException {
        Map<FwCfgFile, Path> links = FwCfgTree.export(device, directory);
        Path names = directory.resolve("by_name");
        for (Map.Entry<FwCfgFile, Path> entry : links.entrySet()) {
            String name = entry.getKey().name();
            String link = names.relativize(entry.getValue()).toString();
            if (!link.equals(name)) {
                context.out()
                        .append(Printable.of(name))
                        .append(" is by_name/")
                        .append(link)
                        .append('\n');
            }
        }
        context.out().append(links.size() + " files in " + directory + "\n");
    }
}
