// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.dts.DtsWriter;
import org.vfio4j.devtree.fdt.FdtWriter;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.guest.tree.DeviceResources;
import org.vfio4j.platform.guest.tree.GuestBase;
import org.vfio4j.platform.guest.tree.GuestDevice;
import org.vfio4j.platform.guest.tree.GuestTree;
import org.vfio4j.platform.guest.tree.GuestTreeException;
import org.vfio4j.platform.guest.tree.GuestTreeOptions;
import org.vfio4j.platform.guest.tree.Placement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfio guest-tree}. */
@Command(
        name = "guest-tree",
        description = {
            "Write the device tree that tells a guest of the devices assigned to it.",
            "",
            "Each device's node is copied with those below it, with the addresses and interrupts that the guest sees."
                    + " Fixed clocks come along; what stays with the host (IOMMU, pins, power domains) is left out; what"
                    + " the guest lacks then is listed, with what to do.",
            "",
            "The ending of FILE decides what is written: .dtb and .dts the guest's whole tree, the devices merged into"
                    + " --base; .dtbo an overlay for it, with the devices' labels. Without --base the tree has a GIC and"
                    + " the devices only, and the overlay refers to a GIC of label 'intc', as crosvm's guests have it.",
            "",
            "crosvm: --vfio SYSFS-PATH,dt-symbol=LABEL --device-tree-overlay FILE.dtbo; it places regions and interrupts"
                    + " itself and corrects the device's own node. QEMU up to 10.1: with -dtb FILE.dtb it adds no nodes"
                    + " of its own, so that any device can be used. It has the places shown here if all regions are"
                    + " pages and the -device options are in the same order."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio guest-tree --sim proposal ffe101300.dma --out dma.dtbo",
            "                                                  an overlay for a device of a simulated board",
            "  vfio guest-tree 9010000.pl031 --base guest.dtb --out with-rtc.dtb",
            "                                                  the guest's tree with a device of this machine",
            "  vfio guest-tree --dtb board.dtb serial0 --leave-out syscon --out uart.dts",
            "                                                  without a kernel, to read"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:written",
            "1:not written: device and device tree disagree; 'vfio inspect' shows where",
            "2:wrong command line, or unreadable input",
            "3:no such device, or the name fits several",
            "4:the kernel refused a step; the message names it and says what to do",
            "6:not written: a device cannot be assigned or placed; the message says what to do"
        })
final class GuestTreeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            paramLabel = "DEVICE",
            arity = "1..*",
            description = "A device name, the path or alias of a device-tree node, or a path below /sys.")
    private List<String> names;

    @Mixin
    private InspectedSource source;

    @Mixin
    private GuestBusOptions busOptions;

    @Option(names = "--base", paramLabel = "FILE", description = "The guest's tree without devices (.dtb or .dts).")
    private Path base;

    @Option(
            names = "--interrupt-controller",
            paramLabel = "NODE",
            description =
                    "With --base: path, alias or label of the guest's GIC. Default: the root's interrupt-parent, or the"
                            + " only one.")
    private String interruptController;

    @Option(
            names = "--leave-out",
            paramLabel = "PROPERTY",
            description = "A property that the guest is not to have, such as a reference that was copied as a number.")
    private Set<String> leftOut = Set.of();

    @Option(
            names = "--clock-rate",
            paramLabel = "CLOCK=HZ",
            converter = ClockRate.Converter.class,
            description =
                    "The rate of a clock that the tree does not say. CLOCK is the provider's path, with a colon and"
                            + " the specifier's cells if it has any: /clock-controller@10000:37=24000000.")
    private List<ClockRate> clockRates = List.of();

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "What to write: .dtb, .dtbo or .dts.")
    private Path out;

    @Option(names = "--json", description = "One JSON object (see vfio-platform/doc/json.md).")
    private boolean json;

    GuestTreeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        Form form = Form.of(out);
        if (interruptController != null && base == null) {
            throw CliException.usage("--interrupt-controller: names a node of --base, which was not given");
        }
        List<Inspection> inspections = source.inspect(names);
        GuestReport report;
        try {
            Placement placement = busOptions
                    .bus(inspections)
                    .place(inspections.stream().map(DeviceResources::of).toList());
            GuestTree tree = tree(inspections, placement);
            byte[] bytes = bytes(tree, form);
            Files.write(out, bytes);
            report = new GuestReport(inspections, placement, tree, out, form, bytes.length);
        } catch (GuestTreeException e) {
            throw new CliException(ExitCode.NOT_DONE, e.getMessage(), e);
        }
        if (json) {
            GuestTreeJson.print(report, terminal);
        } else {
            GuestTreePrinter.print(report, terminal);
        }
        return ExitCode.OK;
    }

    /** What to write. */
    enum Form {
        /** A blob of the whole tree. */
        BLOB,
        /** A blob of an overlay. */
        OVERLAY,
        /** Source of the whole tree. */
        SOURCE;

        private static Form of(Path file) throws CliException {
            String name = file.toString();
            if (name.endsWith(".dtb")) {
                return BLOB;
            }
            if (name.endsWith(".dtbo")) {
                return OVERLAY;
            }
            if (name.endsWith(".dts")) {
                return SOURCE;
            }
            throw CliException.usage("--out: expected a file named .dtb, .dtbo or .dts, got '" + name + "'");
        }
    }

    private GuestTree tree(List<Inspection> inspections, Placement placement)
            throws GuestTreeException, CliException, IOException {
        DeviceTree host = source.tree();
        List<GuestDevice> devices = new ArrayList<>();
        for (int i = 0; i < inspections.size(); i++) {
            Inspection inspection = inspections.get(i);
            Node node = host.find(inspection.node())
                    .orElseThrow(() -> CliException.noDevice(
                            "the tree changed meanwhile: it has no node " + inspection.node() + ", try again"));
            devices.add(GuestDevice.of(node, inspection, placement.devices().get(i)));
        }
        return GuestTree.of(base(), placement, devices, new GuestTreeOptions(leftOut, ClockRate.all(clockRates)));
    }

    private GuestBase base() throws GuestTreeException, CliException {
        if (base == null) {
            return GuestBase.minimal();
        }
        Optional<String> controller = Optional.ofNullable(interruptController);
        DeviceTree tree = TreeFile.read(base);
        return controller.isPresent() ? GuestBase.of(tree, controller.get()) : GuestBase.of(tree);
    }

    private static byte[] bytes(GuestTree tree, Form form) throws GuestTreeException {
        return switch (form) {
            case BLOB -> FdtWriter.write(tree.tree());
            case OVERLAY -> FdtWriter.write(tree.overlay());
            case SOURCE -> DtsWriter.write(tree.tree()).getBytes(StandardCharsets.UTF_8);
        };
    }
}
