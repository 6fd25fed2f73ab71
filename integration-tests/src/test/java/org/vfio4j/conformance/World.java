// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;

/**
 * The kernel that the suite runs on, with the devices of {@link LabDevice} bound to VFIO.
 *
 * @param isMachine whether it is the kernel of this machine, and not a simulated one
 * @param linux its system calls
 * @param files its files
 * @param privileges what the process may do there
 */
record World(boolean isMachine, LinuxSyscalls linux, HostFiles files, Privileges privileges) {
    private static final String PROPERTY = "vfio4j.world";

    /** Opened once: binding devices anew for each test would say nothing more, and a machine has only one kernel. */
    private static final class Holder {
        static final World CURRENT = choose(System.getProperty(PROPERTY, "simulation"));
    }

    static World current() {
        return Holder.CURRENT;
    }

    private static World choose(String name) {
        World world = unbound(name, false);
        Sysfs sysfs = new Sysfs(world.files());
        sysfs.write(Sysfs.NOIOMMU_MODE, "1");
        sysfs.write(Sysfs.UNSAFE_INTERRUPTS_OF_IOMMUFD, "1");
        for (LabDevice device : LabDevice.values()) {
            sysfs.bindToVfio(device);
        }
        return world;
    }

    /** A kernel as it starts. */
    static World unbound() {
        return unbound(System.getProperty(PROPERTY, "simulation"), false);
    }

    /** A kernel as it starts: the simulated one with reset_required, the machine's as it was booted. */
    static World unboundWithResetRequired() {
        return unbound(System.getProperty(PROPERTY, "simulation"), true);
    }

    private static World unbound(String name, boolean resetRequired) {
        return switch (name) {
            case "simulation" -> simulation(resetRequired);
            case "machine" -> new World(true, LinuxSyscalls.ofMachine(), HostFiles.ofMachine(), new ThreadPrivileges());
            default ->
                throw new IllegalArgumentException(
                        "expected simulation or machine in the property " + PROPERTY + ", got " + name);
        };
    }

    private static World simulation(boolean resetRequired) {
        // QEMU's devices, and what the lab's devicetree step adds to them.
        DeviceTree tree = DtsReader.read(source("machine.dts") + source("devices.dtsi") + source("torture.dtsi"));
        SimulatedBoardBuilder builder = SimulatedBoard.builder(tree)
                .vfioDevtree(true)
                .resetRequired(resetRequired)
                .unsafeInterrupts(true)
                .driver("9020000.fw-cfg", "fw_cfg")
                .driver("9050000.smmuv3", "arm-smmu-v3")
                .driver("4010000000.pcie", "pci-host-generic")
                .driver("9000000.pl011", "uart-pl011")
                .driver("9010000.pl031", "rtc-pl031")
                .driver("9030000.pl061", "pl061_gpio");
        // simple_pm_bus_probe takes devices whose first compatible it is.
        tree.nodes().stream()
                .filter(node -> node.compatible().stream().findFirst().equals(Optional.of("simple-bus")))
                .forEach(node -> builder.driver(node.path(), "simple-pm-bus"));
        SimulatedBoard board = builder.build();
        return of(board);
    }

    private static String source(String name) {
        try (InputStream source = World.class.getResourceAsStream(name)) {
            return new String(source.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static World of(SimulatedBoard board) {
        return new World(false, board.syscalls(), board.files(), new Privileges.OfBoard(board));
    }

    /** Ends a test here if it needs a real device, of which the simulation has none. */
    void needsRealDevices() {
        Assumptions.assumeTrue(isMachine, "not run: behind the simulation's registers is plain memory");
    }
}
