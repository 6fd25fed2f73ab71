// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.vfio4j.platform.BindOptions;
import org.vfio4j.platform.Binding;
import org.vfio4j.platform.IommuGroup;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.SysfsDevice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfio bind}. */
@Command(
        name = "bind",
        description = {
            "Give a device to VFIO.",
            "",
            "It is taken from the driver that it has, which is recorded in /run/vfio4j, and stays with VFIO until 'vfio"
                    + " unbind' or the next boot. If the kernel refuses, the former driver gets it back. It asks before"
                    + " it takes a device from a driver."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio bind ffe220000.sata                          to vfio-platform or vfio-amba, by its bus",
            "  vfio bind serial0 --yes                           by an alias, without a question",
            "  vfio bind ffe220000.sata --driver vfio-devtree    to the module of the proposal",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:bound, also if it was before",
            "2:wrong command line, or unreadable input",
            "3:no such device, or the name fits several",
            "4:the kernel refused a step; the message names it and says what to do",
            "6:not done: not confirmed, in use, or VFIO cannot have it; the message says what to do"
        })
final class BindCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private DeviceChoice source;

    @Mixin
    private Confirmation confirmation;

    @Option(
            names = "--driver",
            paramLabel = "NAME",
            description = "The VFIO driver: vfio-platform, vfio-devtree, or on the AMBA bus vfio-amba. Default: the"
                    + " driver of the device's bus, and not vfio-devtree.")
    private String driver;

    BindCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        MachineSource.Machine machine = source.machine();
        SysfsDevice device = source.find(machine);
        PlatformBus bus = new PlatformBus(machine.files());
        // A device that VFIO has is in nobody's way: if it is open, it is not taken.
        if (device.driver().isPresent() && !device.driver().get().startsWith("vfio-")) {
            confirmation.ask(terminal, warning(device, bus.dependents(device)));
        }
        try (Binding binding = SlowNotice.during(terminal, device, () -> bind(bus, device))) {
            binding.detach();
            report(binding);
        }
        return ExitCode.OK;
    }

    private Binding bind(PlatformBus bus, SysfsDevice device) throws IOException, CliException {
        try {
            return bus.bind(device, new BindOptions(Optional.ofNullable(driver), true));
        } catch (IllegalArgumentException wrongDriver) {
            throw CliException.usage("--driver: " + wrongDriver.getMessage());
        }
    }

    private static String warning(SysfsDevice device, List<String> dependents) {
        String others = dependents.isEmpty() ? "" : " (" + String.join("; ", dependents) + ")";
        return "this takes " + device.name() + " from its driver "
                + device.driver().orElseThrow() + others;
    }

    private void report(Binding binding) throws IOException {
        SysfsDevice device = binding.device();
        String group = device.iommuGroup().map(IommuGroup::devicePath).orElse("no group");
        String how = binding.wasBound()
                ? "was bound to " + device.driver().orElseThrow() + " already"
                : "bound to " + device.driver().orElseThrow();
        String back = binding.wasBound()
                ? ""
                : "; 'vfio unbind " + device.name() + "' gives it back to "
                        + binding.formerDriver().orElse("no driver");
        terminal.out()
                .append(Words.printable(device.name() + ": " + how + ", " + group + back))
                .append('\n');
    }
}
