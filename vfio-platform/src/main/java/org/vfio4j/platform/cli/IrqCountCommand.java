// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.vfio4j.platform.irq.Interrupt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfio irq count}. */
@Command(
        name = "count",
        description = "Count how often an interrupt fires in some seconds.",
        footerHeading = "%nExamples:%n",
        footer = {"  vfio irq count serial0 --seconds 5"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:counted, also if none came",
            "2:wrong command line, or no such interrupt",
            "3:no such device, or the name fits several",
            "4:the kernel refused a step, or another driver has the line",
            "6:the device is not bound to VFIO"
        })
final class IrqCountCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private IrqPlace place;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "10", description = "For how long. Default: 10.")
    private int seconds;

    IrqCountCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        requirePositive("--seconds", seconds);
        place.use(this::count);
        return ExitCode.OK;
    }

    private void count(Interrupt interrupt) throws IOException {
        long end = TimeUnit.SECONDS.toNanos(seconds);
        long start = System.nanoTime();
        for (long now = 0; now < end; now = System.nanoTime() - start) {
            interrupt.await(Duration.ofNanos(end - now));
        }
        double rate = interrupt.count() / ((System.nanoTime() - start) / 1e9);
        terminal.out()
                .append(String.format(
                        Locale.ROOT,
                        "%s: %d in %d s, %.1f a second\n",
                        IrqPlace.describe(interrupt),
                        interrupt.count(),
                        seconds,
                        rate));
    }

    static void requirePositive(String option, long value) throws CliException {
        if (value < 1) {
            throw CliException.usage(option + ": expected 1 or more, and not " + value);
        }
    }
}
