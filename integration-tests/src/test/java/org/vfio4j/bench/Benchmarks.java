// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.bench;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmark with JMH and prints what {@code bench/fdt_walk.c} prints: times of a pass, then the sum. */
public final class Benchmarks {
    private static final int SAMPLES = 20;

    private Benchmarks() {}

    /**
     * Runs it.
     *
     * @param args a file with one path in each line, and for how many seconds to measure
     * @throws IOException if a file cannot be read
     * @throws RunnerException if the benchmark fails
     */
    public static void main(String[] args) throws IOException, RunnerException {
        FdtReadBenchmark once = new FdtReadBenchmark();
        once.list = args[0];
        once.load();
        long sum = once.readAndWalk();
        Options options = new OptionsBuilder()
                .include(FdtReadBenchmark.class.getName())
                .param("list", args[0])
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(SAMPLES)
                .measurementTime(TimeValue.milliseconds((long) (1000 * Double.parseDouble(args[1]) / SAMPLES)))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        for (RunResult result : results) {
            for (Map.Entry<Double, Long> pass : (Iterable<Map.Entry<Double, Long>>)
                    result.getPrimaryResult().getStatistics()::getRawData) {
                System.out.printf("fdt.read-and-walk.ms %.4f%n", pass.getKey());
            }
        }
        System.out.println("sum " + sum);
    }
}
