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
import org.vfio4j.kvm.ExitReason;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.Vcpu;
import org.vfio4j.kvm.Vm;
import org.vfio4j.kvm.X86Registers.Name;
import org.vfio4j.kvm.X86SpecialRegisters;
import org.vfio4j.kvm.X86SpecialRegisters.Segment;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.guest.MmioBus;
import org.vfio4j.platform.guest.PassthroughRegion;
import org.vfio4j.platform.guest.UnassignedListener;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.register.RegionFlag;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.abi.VfioFlags;

/**
 * What an access of a guest to a register of an assigned device costs that is smaller than a page: the guest stops, the
 * access finds its region on the bus and is made, the guest goes on. The guest is of x86-64 and does nothing but read; the
 * registers are a page of a file in memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class KvmBenchmark {
    private static final int PAGE = 0x1000;
    private static final long REGISTERS = 0x90000;

    /** {@code mov ax, 0x9000; mov ds, ax; again: mov eax, [0x10]; jmp again}. */
    private static final byte[] PROGRAM = {
        (byte) 0xb8, 0, (byte) 0x90, (byte) 0x8e, (byte) 0xd8, 0x66, (byte) 0xa1, 0x10, 0, (byte) 0xeb, (byte) 0xfa
    };

    private LinuxSyscalls linux;
    private long memory;
    private Kvm kvm;
    private Vcpu vcpu;
    private FileDescriptor file;
    private Region region;
    private PassthroughRegion passthrough;
    private MmioBus bus;

    /**
     * Makes the guest and its bus.
     *
     * @throws IOException if KVM does not open, or a file cannot be made in {@code /dev/shm}
     */
    @Setup
    public void open() throws IOException {
        linux = LinuxSyscalls.ofMachine();
        openRegisters();
        kvm = Kvm.open(linux);
        Vm vm = kvm.createVm();
        memory = linux.mmap(
                0,
                PAGE,
                LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE,
                LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS,
                -1,
                0);
        linux.memory(memory, PAGE).put(0, PROGRAM);
        vm.memory(0, PAGE, PAGE, memory);
        vcpu = vm.createVcpu(0);
        X86SpecialRegisters special = vcpu.getSpecialRegisters();
        vcpu.setSpecialRegisters(
                special.with(Segment.CS, special.get(Segment.CS).inRealMode(0)));
        vcpu.setRegisters(vcpu.getRegisters().with(Name.RIP, PAGE).with(Name.RFLAGS, 2));
    }

    private void openRegisters() throws IOException {
        file = PageFile.open(linux);
        int flags = VfioFlags.VFIO_REGION_INFO_FLAG_READ | VfioFlags.VFIO_REGION_INFO_FLAG_WRITE;
        RegionInfo info = new RegionInfo(0, flags, 0x80, 0, List.of());
        RegionAccess access = RegionAccess.of(info.size(), RegionFlag.of(flags), Optional.empty(), linux.pageSize());
        region = Region.open(file, info, ByteOrder.LITTLE_ENDIAN, access, Access.TRAPPED);
        bus = new MmioBus();
        passthrough =
                PassthroughRegion.add(bus, region, REGISTERS, linux.pageSize(), List.of(), UnassignedListener.NONE);
    }

    /** Closes everything. */
    @TearDown
    public void close() {
        kvm.close();
        passthrough.close();
        region.close();
        file.close();
        linux.munmap(memory, PAGE);
    }

    /**
     * One access.
     *
     * @throws IOException if the kernel refuses
     */
    @Benchmark
    public void trappedRead32() throws IOException {
        ExitReason reason;
        do {
            reason = vcpu.run();
        } while (reason == ExitReason.INTERRUPTED);
        if (reason != ExitReason.MMIO) {
            throw new IllegalStateException("the guest stopped for " + reason);
        }
        bus.handle(vcpu.mmio());
    }
}
