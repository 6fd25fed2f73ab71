// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.Optional;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaStack;

/** The terminal and the machine of this process. */
record ProcessContext(Terminal terminal) implements CommandContext {
    @Override
    public Writer out() {
        return terminal.out();
    }

    @Override
    public OutputStream bytes() throws IOException {
        return terminal.bytes();
    }

    @Override
    public HostFiles files() {
        return HostFiles.ofMachine();
    }

    @Override
    public PlatformDevice open(String device, Optional<DmaStack> stack) throws CliException, IOException {
        MachineSource.Machine machine = new MachineSource.Machine(LinuxSyscalls::ofMachine, files());
        return DeviceChoice.open(machine, DeviceChoice.find(machine, device), stack);
    }
}
