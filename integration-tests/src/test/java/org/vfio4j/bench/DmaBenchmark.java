// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.DmaAccess;

/** What mapping and unmapping memory costs beside what the kernel does: both ioctls are made, with {@code FIONBIO}'s number. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class DmaBenchmark {
    private static final long IOVA = 0x10_0000;
    private static final long ADDRESS = 0x7f00_0000_0000L;
    private static final long LENGTH = 0x1000;

    private Container container;

    /**
     * Opens a file in place of a container.
     *
     * @throws IOException if a file cannot be made in {@code /dev/shm}
     */
    @Setup
    public void open() throws IOException {
        LinuxSyscalls linux = new SubstitutedSyscalls();
        container = Container.taking(linux, PageFile.openNumber(linux));
    }

    /** Closes it. */
    @TearDown
    public void close() {
        container.close();
    }

    /**
     * Maps a page and unmaps it.
     *
     * @return how many bytes were unmapped
     * @throws IOException if the kernel refuses
     */
    @Benchmark
    public long mapAndUnmap() throws IOException {
        container.map(IOVA, ADDRESS, LENGTH, DmaAccess.READ_WRITE);
        long unmapped = container.unmap(IOVA, LENGTH);
        if (unmapped != LENGTH) {
            throw new IllegalStateException("unmapped " + unmapped);
        }
        return unmapped;
    }
}
