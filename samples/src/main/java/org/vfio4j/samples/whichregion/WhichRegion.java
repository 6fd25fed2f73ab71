// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.whichregion;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.InspectedIrq;
import org.vfio4j.platform.InspectedRegion;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.InspectionRequest;
import org.vfio4j.platform.Inspector;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.sim.SimulatedBoard;

/** Prints which device-tree node each region and interrupt of a device is: {@code WhichRegion [--sim] DEVICE}. */
public final class WhichRegion {
    private WhichRegion() {}

    /**
     * Runs the sample.
     *
     * @param arguments {@code --sim} for the simulated board, and a device's name, path or alias
     * @throws IOException if there is no such device, or it cannot be opened
     */
    public static void main(String[] arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(arguments));
        Inspector inspector;
        HostFiles files;
        if (words.remove("--sim")) {
            SimulatedBoard board = SimulatedBoard.builder("proposal").build();
            files = board.files();
            inspector = new Inspector(board::syscalls, files);
        } else {
            files = HostFiles.ofMachine();
            inspector = new Inspector(LinuxSyscalls::ofMachine, files);
        }
        for (String word : words) {
            SysfsDevice device = new PlatformBus(files).find(word);
            describe(inspector.inspect(device, InspectionRequest.of(MappingPolicy.KERNEL)))
                    .forEach(System.out::println);
        }
    }

    /**
     * One line for each region and interrupt.
     *
     * @param inspection the device
     * @return the lines
     */
    static List<String> describe(Inspection inspection) {
        List<String> lines = new ArrayList<>();
        for (InspectedRegion region : inspection.regions()) {
            region.mapping()
                    .ifPresent(is -> lines.add("region %d is %s[%d] of %s at 0x%x"
                            .formatted(
                                    region.index(),
                                    is.source().name().toLowerCase(Locale.ROOT),
                                    is.sourceIndex(),
                                    is.node(),
                                    is.physicalAddress())));
        }
        for (InspectedIrq irq : inspection.irqs()) {
            irq.mapping()
                    .ifPresent(is -> lines.add("irq %d is %s[%d] of %s at %s"
                            .formatted(irq.index(), is.property(), is.sourceIndex(), is.node(), is.controller())));
        }
        inspection.errors().forEach(error -> lines.add("device and tree disagree: " + error.detail()));
        return lines;
    }
}
