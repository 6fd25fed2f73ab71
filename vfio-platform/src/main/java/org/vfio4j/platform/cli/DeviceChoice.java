// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.Optional;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.DeviceLookupException;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.VfioEligibility;
import org.vfio4j.platform.dma.DmaStack;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The device that a command is about, on this machine or a simulated board. */
final class DeviceChoice {
    @Parameters(
            index = "0",
            paramLabel = "DEVICE",
            description = "A device name, the path or alias of a device-tree node, or a path below /sys.")
    private String device;

    @Mixin
    private MachineSource source;

    /**
     * The kernel.
     *
     * @return this machine, or a simulated board, anew for each command
     * @throws CliException if there is no such board
     */
    MachineSource.Machine machine() throws CliException {
        return source.machine();
    }

    /**
     * Finds the device.
     *
     * @param machine the kernel
     * @return the device
     * @throws CliException if there is none, or more than one
     * @throws IOException if sysfs cannot be read
     */
    SysfsDevice find(MachineSource.Machine machine) throws CliException, IOException {
        return find(machine, device);
    }

    static SysfsDevice find(MachineSource.Machine machine, String device) throws CliException, IOException {
        try {
            return new PlatformBus(machine.files()).find(device);
        } catch (DeviceLookupException e) {
            throw CliException.noDevice(e, "--sim");
        }
    }

    /**
     * Opens the device.
     *
     * @return the device
     * @throws CliException if it is not bound to VFIO, or there is none
     * @throws IOException if the kernel refuses
     */
    PlatformDevice open() throws CliException, IOException {
        MachineSource.Machine machine = machine();
        return open(machine, find(machine), Optional.empty());
    }

    static PlatformDevice open(MachineSource.Machine machine, SysfsDevice found, Optional<DmaStack> stack)
            throws CliException, IOException {
        if (found.eligibility().state() != VfioEligibility.State.BOUND) {
            String driver = found.driver().map(name -> "is bound to " + name).orElse("has no driver");
            throw new CliException(
                    ExitCode.NOT_DONE,
                    found.name() + " " + driver + ", and not to VFIO; 'vfio bind " + found.name() + "' binds it",
                    null);
        }
        LinuxSyscalls linux = machine.syscalls().get();
        return stack.isPresent()
                ? PlatformDevice.open(linux, machine.files(), found, stack.get())
                : PlatformDevice.open(linux, machine.files(), found);
    }
}
