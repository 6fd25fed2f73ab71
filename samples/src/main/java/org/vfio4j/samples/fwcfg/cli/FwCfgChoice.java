// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.cli.CliException;
import org.vfio4j.platform.cli.CommandContext;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.register.Region;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.RegisterLayout;
import org.vfio4j.samples.fwcfg.SimulatedMachine;
import org.vfio4j.samples.fwcfg.TransferMemory;
import picocli.CommandLine.Option;

/** Which device, and how it is reached. */
final class FwCfgChoice {
    /** The device's name in ACPI: {@code _HID} QEMU0002. */
    private static final String ACPI_NAME = "QEMU0002:";

    /** A huge page holds 2 MiB, and the request is there too. */
    private static final int MEMORY = 1 << 20;

    /** What is done with the device. */
    interface Action {
        void run(FwCfg device) throws IOException, CliException;
    }

    /** The names of the simulated machines. */
    static final class SimulatedNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of(SimulatedMachine.NAME).iterator();
        }
    }

    @Option(
            names = "--sim",
            paramLabel = "NAME",
            completionCandidates = SimulatedNames.class,
            description = "Ask a simulated machine with a fw_cfg device: ${COMPLETION-CANDIDATES}.")
    private String sim;

    @Option(
            names = {"-d", "--device"},
            paramLabel = "DEVICE",
            description = "The device's name, or the path or alias of its node; without it, the one that there is.")
    private String device;

    @Option(
            names = "--registers",
            paramLabel = "LAYOUT",
            description = "Where the registers are, as SIZE@BASE[:CTRL:DATA[:DMA]]; without it, where QEMU has them.")
    private String registers;

    @Option(
            names = "--arch",
            paramLabel = "NAME",
            description =
                    "The architecture whose registers these are: ${COMPLETION-CANDIDATES}; without it, this machine's.")
    private Architecture architecture;

    @Option(
            names = "--dma",
            description =
                    "Read by DMA, with physical addresses: much faster, and nothing confines the device. It needs a"
                            + " free huge page.")
    private boolean dma;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "For how long to wait for a transfer at most (5).")
    private int timeout;

    /** Opens the device, and does something with it. */
    void use(CommandContext context, Action action) throws IOException, CliException {
        if (timeout < 1) {
            throw CliException.usage("--timeout: expected 1 or more seconds, and not " + timeout);
        }
        if (sim != null && !sim.equals(SimulatedMachine.NAME)) {
            throw CliException.usage(
                    "--sim: there is no simulated machine '" + sim + "'; there is " + SimulatedMachine.NAME);
        }
        CommandContext machine = sim == null ? context : context.on(SimulatedMachine.board());
        Optional<DmaStack> stack = dma ? Optional.of(DmaStack.NOIOMMU) : Optional.empty();
        String name = device == null ? find(machine) : device;
        try (PlatformDevice opened = machine.open(name, stack)) {
            use(machine, opened, action);
        } catch (IllegalArgumentException | UnsupportedOperationException no) {
            // What the device or the architecture cannot do, or a window that does not fit.
            throw CliException.usage(no.getMessage());
        }
    }

    private void use(CommandContext context, PlatformDevice opened, Action action) throws IOException, CliException {
        Region region = opened.region(0);
        RegisterLayout layout =
                registers == null ? ofDevice(context, opened, region) : RegisterLayout.parse(registers, architecture());
        if (!dma) {
            action.run(FwCfg.of(region, layout));
            return;
        }
        FwCfg fwCfg = FwCfg.of(region, layout, TransferMemory.of(opened.dma(), MEMORY), Duration.ofSeconds(timeout));
        if (!fwCfg.usesDma()) {
            throw CliException.usage("--dma: " + opened.entry().name() + " has no DMA; leave the option out");
        }
        action.run(fwCfg);
    }

    private Architecture architecture() {
        if (architecture != null) {
            return architecture;
        }
        return sim == null ? Architecture.ofHost() : SimulatedMachine.ARCHITECTURE;
    }

    private RegisterLayout ofDevice(CommandContext context, PlatformDevice opened, Region region) throws IOException {
        Optional<String> node = opened.entry().node();
        if (node.isEmpty()) {
            return RegisterLayout.of(architecture(), region.size());
        }
        List<String> compatible =
                tree(context).find(node.get()).map(Node::compatible).orElse(List.of());
        return RegisterLayout.of(compatible, architecture(), region.size());
    }

    private static DeviceTree tree(CommandContext context) throws IOException {
        return new PlatformBus(context.files()).deviceTree().tree();
    }

    /** The one device that there is. */
    private static String find(CommandContext context) throws IOException, CliException {
        List<String> found = new ArrayList<>();
        DeviceTree tree = null;
        for (SysfsDevice candidate : new PlatformBus(context.files()).list()) {
            boolean matches = candidate.name().startsWith(ACPI_NAME);
            if (candidate.node().isPresent()) {
                tree = tree == null ? tree(context) : tree;
                matches = tree.find(candidate.node().get())
                        .filter(node -> node.isCompatible(RegisterLayout.COMPATIBLE))
                        .isPresent();
            }
            if (matches) {
                found.add(candidate.name());
            }
        }
        if (found.size() != 1) {
            throw CliException.noDevice(
                    found.isEmpty()
                            ? "this machine has no fw_cfg device on its platform bus; 'vfio list' shows the devices"
                            : "several devices are fw_cfg devices: " + String.join(", ", found)
                                    + "; name one with --device");
        }
        return found.get(0);
    }
}
