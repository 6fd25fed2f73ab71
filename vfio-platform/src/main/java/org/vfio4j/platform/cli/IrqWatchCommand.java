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

/** {@code vfio irq watch}. */
@Command(
        name = "watch",
        description = {
            "Print a line whenever an interrupt fires, until Ctrl-C.",
            "",
            "A line has the seconds since the start, and how many there were so far; two edges that come before the first"
                    + " is printed are one line."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio irq watch 9030000.pl061                 until Ctrl-C",
            "  vfio irq watch serial0 --seconds 60          for a minute at most",
            "  vfio irq watch serial0 rx --limit 1          wait for one, by its name in interrupt-names",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:as many as --limit fired, or --seconds are over",
            "2:wrong command line, or no such interrupt",
            "3:no such device, or the name fits several",
            "4:the kernel refused a step, or another driver has the line",
            "6:the device is not bound to VFIO"
        })
final class IrqWatchCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private IrqPlace place;

    @Option(names = "--seconds", paramLabel = "S", description = "End after this time. Default: never.")
    private Integer seconds;

    @Option(names = "--limit", paramLabel = "N", description = "End after so many. Default: never.")
    private Long limit;

    IrqWatchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        IrqCountCommand.requirePositive("--seconds", seconds == null ? 1 : seconds);
        IrqCountCommand.requirePositive("--limit", limit == null ? 1 : limit);
        place.use(this::watch);
        return ExitCode.OK;
    }

    private void watch(Interrupt interrupt) throws IOException {
        terminal.out().append("watching ").append(IrqPlace.describe(interrupt)).append('\n');
        terminal.out().flush();
        long start = System.nanoTime();
        long end = seconds == null ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
        for (long now = 0; now < end && (limit == null || interrupt.count() < limit); now = System.nanoTime() - start) {
            // Not for ever, so that the end is noticed.
            long wait = Math.min(end - now, TimeUnit.SECONDS.toNanos(1));
            if (interrupt.await(Duration.ofNanos(wait)) != 0) {
                double at = (System.nanoTime() - start) / 1e9;
                terminal.out().append(String.format(Locale.ROOT, "%12.6f s  %d\n", at, interrupt.count()));
                terminal.out().flush();
            }
        }
    }
}
