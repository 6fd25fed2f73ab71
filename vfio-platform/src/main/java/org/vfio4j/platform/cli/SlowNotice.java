// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.vfio4j.platform.SysfsDevice;

/**
 * Says why nothing happens, if taking a device from VFIO takes long: {@code vfio_unregister_group_dev} waits for whoever
 * has it open. Who has it open is looked for before, but may have come since, or have only a descriptor that was passed.
 */
final class SlowNotice {
    private static final int SECONDS = 3;

    private SlowNotice() {}

    /** What may take long. */
    interface Work<T> {
        T run() throws IOException, CliException;
    }

    /**
     * Does something, and says what it waits for if that takes long.
     *
     * @param terminal where the notice goes
     * @param device the device
     * @param work what is done
     * @return its result
     * @throws CliException if the work does
     * @throws IOException if the work does
     */
    static <T> T during(Terminal terminal, SysfsDevice device, Work<T> work) throws IOException, CliException {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "notice");
            thread.setDaemon(true);
            return thread;
        });
        timer.schedule(() -> notice(terminal, device), SECONDS, TimeUnit.SECONDS);
        try {
            return work.run();
        } finally {
            timer.shutdownNow();
        }
    }

    private static void notice(Terminal terminal, SysfsDevice device) {
        terminal.err()
                .println("vfio: this takes long; if somebody has " + Words.printable(device.name())
                        + " open, the kernel waits until it is closed, and this command cannot be ended before");
    }
}
