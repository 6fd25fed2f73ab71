// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.bench;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
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
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.register.RegionFlag;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.abi.VfioFlags;

/** Accesses of a region whose registers are a page of a file in memory: what an access costs without a device. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class RegisterBenchmark {
    private FileDescriptor file;
    private Region mapped;
    private Region trapped;

    /**
     * Opens the regions.
     *
     * @throws IOException if a file cannot be made in {@code /dev/shm}
     */
    @Setup
    public void open() throws IOException {
        LinuxSyscalls linux = LinuxSyscalls.ofMachine();
        file = PageFile.open(linux);
        int flags = VfioFlags.VFIO_REGION_INFO_FLAG_READ
                | VfioFlags.VFIO_REGION_INFO_FLAG_WRITE
                | VfioFlags.VFIO_REGION_INFO_FLAG_MMAP;
        RegionInfo info = new RegionInfo(0, flags, linux.pageSize(), 0, List.of());
        RegionAccess access = RegionAccess.of(info.size(), RegionFlag.of(flags), Optional.empty(), linux.pageSize());
        mapped = Region.open(file, info, ByteOrder.LITTLE_ENDIAN, access, Access.MAPPED);
        trapped = Region.open(file, info, ByteOrder.LITTLE_ENDIAN, access, Access.TRAPPED);
    }

    /** Closes them. */
    @TearDown
    public void close() {
        mapped.close();
        trapped.close();
        file.close();
    }

    /** {@return one load} */
    @Benchmark
    public int mappedRead32() {
        return mapped.read32(0x10);
    }

    /** One store. */
    @Benchmark
    public void mappedWrite32() {
        mapped.write32(0x10, 5);
    }

    /** {@return one pread of four bytes} */
    @Benchmark
    public int trappedRead32() {
        return trapped.read32(0x10);
    }
}
