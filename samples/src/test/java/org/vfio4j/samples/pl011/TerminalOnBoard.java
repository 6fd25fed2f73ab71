// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.SimulatedBoard;

/**
 * The terminal in a process of its own, on a simulated board. The other end of the line sends back what it gets, with
 * capital letters, and ends the process at a {@code !} with the signal TERM.
 */
final class TerminalOnBoard {
    private TerminalOnBoard() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        AtomicReference<Pl011Model> model = new AtomicReference<>();
        SimulatedBoard board = UartBoard.of(model::set);
        Thread otherEnd = new Thread(() -> answer(model.get()));
        otherEnd.setDaemon(true);
        otherEnd.start();
        try (PlatformDevice device = PlatformDevice.open(board.syscalls(), board.files(), UartBoard.DEVICE);
                Pl011 uart = Pl011.open(device, 115_200)) {
            Terminal.connect(uart, "Ctrl-] leaves");
        }
    }

    private static void answer(Pl011Model model) {
        while (true) {
            int character = model.receive();
            if (character == '!') {
                terminate();
            } else if (character >= 0) {
                while (!model.send(Character.toUpperCase(character))) {
                    Thread.yield();
                }
                model.quiet();
            } else {
                Thread.yield();
            }
        }
    }

    private static void terminate() {
        try {
            new ProcessBuilder(
                            "kill",
                            "-TERM",
                            Long.toString(ProcessHandle.current().pid()))
                    .start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
