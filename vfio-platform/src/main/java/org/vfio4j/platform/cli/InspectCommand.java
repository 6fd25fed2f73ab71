// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.platform.DeviceLookupException;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.InspectionRequest;
import org.vfio4j.platform.Inspector;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.SysfsDevice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfio inspect}. */
@Command(
        name = "inspect",
        description = {
            "Show which VFIO region and which VFIO interrupt of a device is which device-tree node.",
            "",
            "For every region: the node and property entry it comes from, its addresses, and whether registers are"
                    + " mapped or trapped. For every interrupt: the node, its controller and the specifier. Then what the"
                    + " device tree has and the device does not expose, and why.",
            "",
            "A device that is bound to a VFIO driver (vfio-platform, vfio-amba, vfio-devtree) is opened and asked; the"
                    + " answer is checked against the device tree. Of any other device, and with --dtb, it is a"
                    + " prediction."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio inspect ffe220000.sata                     a device of this machine, by name",
            "  vfio inspect /soc@ffe000000/sata@220000         the same, by the path of its node",
            "  vfio inspect --sim proposal ffe101300.dma       a device of a simulated board",
            "  vfio inspect --sim board.dtb serial0 --json     a board of your own, by an alias",
            "  vfio inspect --dtb board.dtb serial0 --page-size 65536",
            "                                                  without a kernel: what it would expose"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:inspected",
            "1:inspected, but device and device tree disagree: there is no mapping",
            "2:wrong command line, or unreadable input",
            "3:no such device, or the name fits several",
            "4:the kernel refused a step; the message names it and says what to do"
        })
final class InspectCommand implements Callable<Integer> {
    /** The choices of --policy. */
    enum Policy {
        /** {@link MappingPolicy#KERNEL}. */
        kernel,
        /** {@link MappingPolicy#PROPOSAL}. */
        proposal;

        MappingPolicy policy() {
            return this == kernel ? MappingPolicy.KERNEL : MappingPolicy.PROPOSAL;
        }
    }

    private final Terminal terminal;

    @Parameters(
            paramLabel = "DEVICE",
            description = "A device name, the path or alias of a device-tree node, or a path below /sys.")
    private String device;

    @Mixin
    private DeviceSource source;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            description = {
                "What the kernel is taken to expose. kernel: mainline Linux, the leading reg entries and own"
                        + " interrupts. proposal: the VFIO_DEVICE_GET_DEVTREE_INFO proposal of 2013, also ranges windows"
                        + " and the interrupts of child nodes; the kernel is asked. Default: proposal for a"
                        + " device that is bound to vfio-devtree, else kernel."
            })
    private Policy policy;

    @Option(
            names = "--page-size",
            paramLabel = "BYTES",
            converter = PageSize.class,
            description =
                    "With --sim or --dtb: the kernel's page size (4096, 16384 or 65536), which decides what can be"
                            + " mapped. Default: 4096.")
    private Integer pageSize;

    @Option(names = "--json", description = "One JSON object (see vfio-platform/doc/json.md).")
    private boolean json;

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        Inspection inspection = inspect();
        if (json) {
            InspectJson.print(inspection, terminal);
        } else {
            InspectTable.print(inspection, terminal);
        }
        return inspection.isMapped() ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private Inspection inspect() throws IOException, CliException {
        if (pageSize != null && source.isThisMachine()) {
            throw CliException.usage(
                    "--page-size: the page size of this machine is what it is; use it with --sim or --dtb");
        }
        int bytes = pageSize == null ? 4096 : pageSize;
        MappingPolicy usual = policy == null ? MappingPolicy.KERNEL : policy.policy();
        try {
            if (source.isTreeAlone()) {
                return Inspector.predict(source.tree(), device, InspectionRequest.of(usual), bytes);
            }
            MachineSource.Machine machine = source.machine(usual, bytes);
            SysfsDevice found = new PlatformBus(machine.files()).find(device);
            InspectionRequest request = InspectionRequest.of(policy == null ? found.policy() : usual);
            return new Inspector(machine.syscalls(), machine.files()).inspect(found, request);
        } catch (DeviceLookupException e) {
            throw CliException.noDevice(e, "--sim or --dtb");
        }
    }
}
