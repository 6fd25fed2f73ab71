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
 * What a command of a {@link CommandProvider} works with. An exception ends the command with one line and the exit code
 * that the commands of {@code vfio} have for it.
 */
public interface CommandContext {
    /** {@return standard output, as text; it is flushed when the command ends} */
    Writer out();

    /**
     * Standard output, as bytes.
     *
     * @return a stream without a buffer of its own, behind what was written as text before
     * @throws IOException if that cannot be written
     */
    OutputStream bytes() throws IOException;

    /** {@return the machine's files} */
    HostFiles files();

    /**
     * Opens a device.
     *
     * @param device a device name, the path or alias of a device-tree node, or a path below {@code /sys}
     * @param stack how it is to be opened; empty for the usual way
     * @return the device
     * @throws CliException if there is none, or more than one, or it is not bound to VFIO
     * @throws IOException if the kernel refuses
     */
    PlatformDevice open(String device, Optional<DmaStack> stack) throws CliException, IOException;

    /**
     * The same output, and another machine.
     *
     * @param board a simulated board, as for an option {@code --sim} of the command
     * @return the context of a command that works on the board
     */
    CommandContext on(SimulatedBoard board);
}
