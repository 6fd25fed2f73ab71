// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import java.io.IOException;
import java.io.InputStream;

/** Types what comes from an input into the guest's console, in a thread of its own. */
final class Keyboard {
    /** Ctrl-]. */
    private static final int LEAVE = ']' & 0x1f;

    private final InputStream in;
    private final ConsoleUart uart;
    private final boolean isTerminal;
    private final Runnable leave;

    /**
     * Types.
     *
     * @param in the input; at its end nothing more is typed
     * @param uart the console
     * @param isTerminal whether Ctrl-] leaves; else it is typed as everything is
     * @param leave what it does
     */
    static void connect(InputStream in, ConsoleUart uart, boolean isTerminal, Runnable leave) {
        Keyboard keyboard = new Keyboard(in, uart, isTerminal, leave);
        Thread thread = new Thread(keyboard::run, "keyboard");
        // It may wait for a key for ever.
        thread.setDaemon(true);
        thread.start();
    }

    private Keyboard(InputStream in, ConsoleUart uart, boolean isTerminal, Runnable leave) {
        this.in = in;
        this.uart = uart;
        this.isTerminal = isTerminal;
        this.leave = leave;
    }

    private void run() {
        byte[] keys = new byte[256];
        try {
            for (int count = in.read(keys); count >= 0; count = in.read(keys)) {
                for (int i = 0; i < count; i++) {
                    if (isTerminal && keys[i] == LEAVE) {
                        leave.run();
                        return;
                    }
                    uart.type(keys[i] & 0xff);
                }
            }
        } catch (IOException e) {
            System.err.println("vmm: no more input: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
