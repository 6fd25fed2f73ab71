// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.on;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedInterrupt;

/** {@code vfio irq}. */
@Timeout(60)
class IrqCommandTest {
    private final SimulatedBoard board =
            SimulatedBoard.builder(DtsReader.read("""
                    /dts-v1/;
                    / {
                        #address-cells = <1>;
                        #size-cells = <1>;
                        interrupt-parent = <&gic>;
                        gic: interrupt-controller@8000 {
                            compatible = "arm,gic-400";
                            interrupt-controller;
                            #interrupt-cells = <3>;
                            reg = <0x8000 0x1000>;
                        };
                        timer@1000 {
                            compatible = "test,timer";
                            reg = <0x1000 0x1000>;
                            interrupts = <0 1 4>, <0 2 1>;
                            interrupt-names = "level", "edge";
                        };
                        dma@2000 { compatible = "test,dma"; reg = <0x2000 0x1000>; };
                    };
                    """)).readyToUse().build();

    /** Runs a command, and raises the edge again and again meanwhile. */
    private CommandRun whileItFires(Object... arguments) throws Exception {
        SimulatedInterrupt edge = board.interrupt("/timer@1000", 1);
        ExecutorService device = Executors.newSingleThreadExecutor();
        Future<?> firing = device.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                edge.raise();
                edge.lower();
                TimeUnit.MILLISECONDS.sleep(5);
            }
            return null;
        });
        try {
            return on(board, arguments);
        } finally {
            firing.cancel(true);
            device.shutdown();
        }
    }

    @Test
    void aLineIsPrintedForEachUntilThereWereEnough() throws Exception {
        CommandRun run = whileItFires("irq", "watch", "1000.timer", "edge", "--limit", "3");

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.lines().get(0)).isEqualTo("watching 1000.timer IRQ 1 (edge)");
        assertThat(run.lines().subList(1, run.lines().size()))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).matches(" +\\d+\\.\\d{6} s  \\d+"));
        assertThat(run.out()).containsPattern("s  [3-9]\\d*\n$");
    }

    @Test
    void watchingEndsAfterItsTimeAlsoIfNothingFires() {
        CommandRun run = on(board, "irq", "watch", "1000.timer", "--seconds", "1");

        assertThat(run).isEqualTo(new CommandRun(0, "watching 1000.timer IRQ 0 (level)\n", ""));
    }

    @Test
    void interruptsAreCounted() throws Exception {
        CommandRun run = whileItFires("irq", "count", "1000.timer", "1", "--seconds", "1");

        Matcher counted = Pattern.compile("1000.timer IRQ 1 \\(edge\\): (\\d+) in 1 s, \\d+\\.\\d a second\n")
                .matcher(run.out());
        assertThat(counted.matches()).as(run.toString()).isTrue();
        assertThat(Integer.parseInt(counted.group(1))).isBetween(2, 201);
        assertThat(on(board, "irq", "count", "1000.timer", "--seconds", "1").out())
                .isEqualTo("1000.timer IRQ 0 (level): 0 in 1 s, 0.0 a second\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"level", "edge"})
    void theWayThroughTheKernelIsTimed(String irq) {
        CommandRun run = on(board, "irq", "latency", "1000.timer", irq, "--rounds", "20");

        assertThat(run.err()).isEmpty();
        Matcher timed = Pattern.compile(".* \\(" + irq + "\\), raised by the kernel 20 times, without hardware:"
                        + " min (\\S+) us  median (\\S+) us  p99 (\\S+) us  max (\\S+) us\n")
                .matcher(run.out());
        assertThat(timed.matches()).as(run.toString()).isTrue();
        double[] times = new double[4];
        for (int i = 0; i < times.length; i++) {
            times[i] = Double.parseDouble(timed.group(i + 1));
        }
        assertThat(times).isSorted();
        assertThat(times[0]).isPositive();
    }

    @Test
    void thePercentileIsTheNearestRank() {
        long[] times = new long[200];
        for (int i = 0; i < times.length; i++) {
            times[i] = i + 1;
        }
        IrqLatency latency = new IrqLatency(times);

        assertThat(latency.minimum()).isEqualTo(1);
        assertThat(latency.percentile(50)).isEqualTo(100);
        assertThat(latency.percentile(99)).isEqualTo(198);
        assertThat(latency.maximum()).isEqualTo(200);
        assertThat(new IrqLatency(new long[] {7}).percentile(99)).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            irq                                       | 2 | missing command
            irq watch 1000.timer 2                    | 2 | has interrupts 0 to 1, and no interrupt 2
            irq watch 2000.dma                        | 2 | has no interrupts
            irq count 1000.timer tick                 | 2 | expected an interrupt of the name tick
            irq count 1000.timer --seconds 0          | 2 | --seconds: expected 1 or more
            irq watch 1000.timer --limit 0            | 2 | --limit: expected 1 or more
            irq latency 1000.timer --rounds -1        | 2 | --rounds
            irq latency nothing                       | 3 | nothing
            """)
    void whatCannotBeIsSaid(String line, int code, String complaint) {
        CommandRun run = on(board, (Object[]) line.split(" "));

        assertThat(run.err()).startsWith("vfio: ").contains(complaint).hasLineCount(1);
        assertThat(run.code()).isEqualTo(code);
        assertThat(board.openDescriptors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"watch", "count", "latency"})
    void theHelpHasExamplesAndExitCodes(String command) {
        CommandRun run = on(board, "irq", command, "--help");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Examples:", "Exit codes:", "  vfio irq " + command);
        assertThat(run.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }
}
