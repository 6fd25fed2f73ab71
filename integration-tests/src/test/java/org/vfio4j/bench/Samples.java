// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.bench;

import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks of single calls with JMH and prints a line for each sample, as their C side does: the name of the
 * figure and nanoseconds. The name of {@code RegisterBenchmark.mappedRead32} is {@code register.mappedRead32.ns}; a line
 * {@code register.mappedRead32.B} has the bytes that one call allocates.
 */
public final class Samples {
    private static final int SAMPLES = 20;

    private Samples() {}

    /**
     * Runs them.
     *
     * @param args for how many seconds to measure each, and names of the classes
     * @throws RunnerException if a benchmark fails
     */
    public static void main(String[] args) throws RunnerException {
        TimeValue time = TimeValue.milliseconds((long) (1000 * Double.parseDouble(args[0]) / SAMPLES));
        for (int i = 1; i < args.length; i++) {
            Options options = new OptionsBuilder()
                    .include("^" + Samples.class.getPackageName() + "\\." + args[i] + "\\.")
                    .warmupIterations(5)
                    .warmupTime(TimeValue.milliseconds(300))
                    .measurementIterations(SAMPLES)
                    .measurementTime(time)
                    .addProfiler(GCProfiler.class)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build();
            for (RunResult result : new Runner(options).run()) {
                print(args[i].replace("Benchmark", "").toLowerCase(Locale.ROOT), result);
            }
        }
    }

    private static void print(String group, RunResult result) {
        String name = group + "." + result.getPrimaryResult().getLabel();
        for (Map.Entry<Double, Long> sample :
                (Iterable<Map.Entry<Double, Long>>) result.getPrimaryResult().getStatistics()::getRawData) {
            System.out.printf(Locale.ROOT, "%s.ns %.4f%n", name, sample.getKey());
        }
        result.getSecondaryResults().forEach((label, bytes) -> {
            if (label.endsWith("gc.alloc.rate.norm")) {
                System.out.printf(Locale.ROOT, "%s.B %.4f%n", name, bytes.getScore());
            }
        });
    }
}
