// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.platform.PlatformDevices;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.PlatformBus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfio list}. */
@Command(
        name = "list",
        description = {
            "List the platform and AMBA devices: node, driver, IOMMU group, and whether VFIO can have them.",
            "",
            "Of a device tree alone (--dtb) it is a prediction: what Linux would make devices of, and what it would call"
                    + " them."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio list                    the devices of this machine",
            "  vfio list --sim proposal     those of a simulated board",
            "  vfio list --dtb board.dtb    those that Linux would make of a device tree"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:listed (also when there are no devices)", "2:wrong command line, or unreadable input"})
final class ListCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private DeviceSource source;

    @Option(names = "--json", description = "One JSON object (see vfio-platform/doc/json.md).")
    private boolean json;

    ListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        List<ListedDevice> devices = new ArrayList<>();
        if (source.isTreeAlone()) {
            PlatformDevices.of(source.tree()).forEach(d -> devices.add(ListedDevice.of(d)));
        } else {
            HostFiles files = source.machine(MappingPolicy.KERNEL, 4096).files();
            new PlatformBus(files).list().forEach(d -> devices.add(ListedDevice.of(d)));
        }
        if (json) {
            ListPrinter.json(devices, terminal);
        } else {
            ListPrinter.table(devices, terminal);
        }
        return ExitCode.OK;
    }
}
