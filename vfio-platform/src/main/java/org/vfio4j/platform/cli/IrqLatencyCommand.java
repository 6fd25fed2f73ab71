// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.vfio4j.platform.irq.Interrupt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfio irq latency}. */
@Command(
        name = "latency",
        description = {
            "Measure how long an interrupt takes from the kernel to a thread that waits for it.",
            "",
            "The device has no part in it: one thread has the kernel raise the interrupt (VFIO_DEVICE_SET_IRQS), and"
                    + " another waits for the eventfd. So this is the ioctl, the wake-up and the way back into Java,"
                    + " without the hardware's part."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  vfio irq latency 9010000.pl031", "  vfio irq latency serial0 --rounds 100000"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured",
            "2:wrong command line, or no such interrupt",
            "3:no such device, or the name fits several",
            "4:the kernel refused a step, or another driver has the line",
            "6:the device is not bound to VFIO"
        })
final class IrqLatencyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private IrqPlace place;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "1000", description = "How often. Default: 1000.")
    private int rounds;

    IrqLatencyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        IrqCountCommand.requirePositive("--rounds", rounds);
        place.use(this::measure);
        return ExitCode.OK;
    }

    private void measure(Interrupt interrupt) throws IOException, CliException {
        IrqLatency latency = IrqLatency.measure(interrupt, rounds);
        terminal.out()
                .append(String.format(
                        Locale.ROOT,
                        "%s, raised by the kernel %d times, without hardware: min %s  median %s  p99 %s  max %s\n",
                        IrqPlace.describe(interrupt),
                        rounds,
                        micros(latency.minimum()),
                        micros(latency.percentile(50)),
                        micros(latency.percentile(99)),
                        micros(latency.maximum())));
    }

    private static String micros(long nanos) {
        return String.format(Locale.ROOT, "%.1f us", nanos / 1e3);
    }
}
