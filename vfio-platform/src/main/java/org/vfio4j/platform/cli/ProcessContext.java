// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.Optional;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.sim.SimulatedBoard;

/**
 * The terminal of this process, and a machine.
 *
 * @param terminal where commands write
 * @param machine the machine that they are for
 */
record ProcessContext(Terminal terminal, MachineSource.Machine machine) implements CommandContext {
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
        return machine.files();
    }

    @Override
    public PlatformDevice open(String device, Optional<DmaStack> stack) throws CliException, IOException {
        return DeviceChoice.open(machine, DeviceChoice.find(machine, device), stack);
    }

    @Override
    public CommandContext on(SimulatedBoard board) {
        return new ProcessContext(terminal, new MachineSource.Machine(board::syscalls, board.files()));
    }
}
