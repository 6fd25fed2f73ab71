// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.irq.Interrupt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which interrupt a command is about. */
final class IrqPlace {
    /** What is done with an interrupt that is open. */
    interface Action {
        void run(Interrupt interrupt) throws IOException, CliException;
    }

    @Mixin
    private DeviceChoice source;

    @Parameters(
            index = "1",
            arity = "0..1",
            defaultValue = "0",
            paramLabel = "INDEX",
            description = "Index of the interrupt, or its name in interrupt-names. Default: 0.")
    private String interrupt;

    /**
     * Opens the device, enables the interrupt, and does something with it.
     *
     * @param action what
     * @throws CliException if there is no such interrupt
     * @throws IOException if the kernel refuses
     */
    void use(Action action) throws IOException, CliException {
        try (PlatformDevice device = source.open()) {
            action.run(device.interrupt(index(device)));
        }
    }

    private int index(PlatformDevice device) throws IOException, CliException {
        if (!interrupt.matches("\\d{1,9}")) {
            try {
                return device.interruptIndex(interrupt);
            } catch (IllegalArgumentException none) {
                throw CliException.usage(none.getMessage());
            }
        }
        int index = Integer.parseInt(interrupt);
        int count = device.irqs().size();
        if (index >= count) {
            throw CliException.usage(
                    device.entry().name() + " has " + (count == 0 ? "no interrupts" : "interrupts 0 to " + (count - 1))
                            + ", and no interrupt " + index);
        }
        return index;
    }

    /** The interrupt as the commands name it. */
    static String describe(Interrupt interrupt) {
        return interrupt.name() + (interrupt.isLevel() ? " (level)" : " (edge)");
    }
}
