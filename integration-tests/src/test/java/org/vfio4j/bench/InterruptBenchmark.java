// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
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
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.EventPoll;

/** What the calls of an interrupt cost: those on its eventfd, and one ioctl, which unmasking it is. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class InterruptBenchmark {
    /** {@code FIONREAD} of {@code asm-generic/ioctls.h}: how much of a file is left, which any kernel answers. */
    private static final int FIONREAD = 0x541b;

    private static final Duration LONG = Duration.ofSeconds(10);

    private FileDescriptor file;
    private ByteBuffer left;
    private EventFd event;
    private EventPoll poll;

    /**
     * Opens a file and an eventfd.
     *
     * @throws IOException if a file cannot be made in {@code /dev/shm}
     */
    @Setup
    public void open() throws IOException {
        LinuxSyscalls linux = LinuxSyscalls.ofMachine();
        file = PageFile.open(linux);
        left = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
        event = EventFd.create(linux, "event");
        poll = EventPoll.of(linux, "events", List.of(event));
    }

    /** Closes them. */
    @TearDown
    public void close() {
        poll.close();
        event.close();
        file.close();
    }

    /** {@return one ioctl with a structure} */
    @Benchmark
    public int ioctl() {
        return file.ioctl(FIONREAD, left);
    }

    /**
     * What a thread does that waits for one interrupt, which fired.
     *
     * @return the count
     * @throws IOException if the kernel refuses
     */
    @Benchmark
    public long signalAndWait() throws IOException {
        event.signal();
        return event.await(LONG);
    }

    /**
     * What the thread does that calls handlers.
     *
     * @return the count
     * @throws IOException if the kernel refuses
     */
    @Benchmark
    public long signalAndPoll() throws IOException {
        event.signal();
        poll.await(-1);
        return poll.isReady(0) ? event.take() : 0;
    }
}
