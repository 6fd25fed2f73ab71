// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.platform.DeviceLookupException;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.InspectionRequest;
import org.vfio4j.platform.Inspector;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.SysfsDevice;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Inspects the devices that a command is about, and has the tree that they are in. */
final class InspectedSource {
    private static final int PAGE_SIZE = 4096;

    @Mixin
    private DeviceSource source;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            description = "What the kernel is taken to expose: kernel or proposal, as for 'vfio inspect'. Default:"
                    + " proposal for a device that is bound to vfio-devtree, else kernel.")
    private InspectCommand.Policy policy;

    private DeviceTree tree;

    /**
     * Inspects devices.
     *
     * @param names what a person calls them
     * @return the inspections, in the same order; each has a mapping
     * @throws CliException if there is no such device, or device and tree disagree
     * @throws IOException if the kernel refuses, or the live tree cannot be read
     */
    List<Inspection> inspect(List<String> names) throws CliException, IOException {
        MappingPolicy usual = policy == null ? MappingPolicy.KERNEL : policy.policy();
        List<Inspection> inspections = new ArrayList<>();
        try {
            if (source.isTreeAlone()) {
                tree = source.tree();
                for (String name : names) {
                    inspections.add(Inspector.predict(tree, name, InspectionRequest.of(usual), PAGE_SIZE));
                }
            } else {
                MachineSource.Machine machine = source.machine(usual, PAGE_SIZE);
                PlatformBus buses = new PlatformBus(machine.files());
                Inspector inspector = new Inspector(machine.syscalls(), machine.files());
                for (String name : names) {
                    SysfsDevice found = buses.find(name);
                    MappingPolicy its = policy == null ? found.policy() : usual;
                    inspections.add(inspector.inspect(found, InspectionRequest.of(its)));
                }
                tree = inspector.tree();
            }
        } catch (DeviceLookupException e) {
            throw CliException.noDevice(e, "--sim or --dtb");
        }
        Set<String> seen = new HashSet<>();
        for (Inspection inspection : inspections) {
            if (!seen.add(inspection.node())) {
                throw CliException.usage(inspection.name() + " was named twice");
            }
            if (!inspection.isMapped()) {
                throw new CliException(
                        ExitCode.NEGATIVE,
                        inspection.name() + ": device and device tree disagree, so there is no mapping; 'vfio inspect "
                                + inspection.name() + "' shows where",
                        null);
            }
        }
        return inspections;
    }

    /** {@return the tree that the devices of {@link #inspect} are in} */
    DeviceTree tree() {
        return tree;
    }
}
