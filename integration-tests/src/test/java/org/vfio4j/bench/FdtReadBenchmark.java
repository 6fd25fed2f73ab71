// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.fdt.FdtReader;

/**
 * One pass over all files: check, read and index each, then walk over every node and property of it. The files are in
 * memory, as they are on the C side ({@code bench/fdt_walk.c}).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class FdtReadBenchmark {
    /** A file with one path in each line. */
    @Param("")
    public String list;

    private final List<byte[]> blobs = new ArrayList<>();

    /**
     * Loads the files.
     *
     * @throws IOException if one cannot be read
     */
    @Setup
    public void load() throws IOException {
        for (String file : Files.readAllLines(Path.of(list))) {
            blobs.add(Files.readAllBytes(Path.of(file)));
        }
    }

    /** {@return a number that depends on everything that was read, the same as that of the C side} */
    @Benchmark
    public long readAndWalk() {
        long sum = 0;
        for (byte[] blob : blobs) {
            for (Node node : FdtReader.read(blob).nodes()) {
                sum += 1 + node.name().length();
                for (Property property : node.properties()) {
                    String name = property.name();
                    sum += 3 + property.length() + (name.isEmpty() ? 0 : name.charAt(0));
                    if (property.length() > 0) {
                        sum += property.byteAt(0);
                    }
                }
            }
        }
        return sum;
    }
}
