// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.vfio4j.kvm.ExitReason;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.Vcpu;
import org.vfio4j.kvm.Vm;
import org.vfio4j.kvm.X86Registers;
import org.vfio4j.kvm.X86Registers.Name;
import org.vfio4j.kvm.X86Segment;
import org.vfio4j.kvm.X86SpecialRegisters;
import org.vfio4j.kvm.X86SpecialRegisters.Segment;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.VfioException;

/**
 * An x86 guest in real mode on this machine's {@code /dev/kvm}, with 64 KiB of memory at 0 and a data segment of 4 GiB. A
 * test that uses it is not run where KVM does not open.
 */
final class X86MmioGuest implements AutoCloseable {
    static final LinuxSyscalls LINUX = LinuxSyscalls.ofMachine();
    private static final int MEMORY = 0x10000;
    private static final int PROGRAM = 0x1000;
    /** Where the data of an access comes from and goes to. */
    private static final int DATA = 0x2000;

    private final Kvm kvm;
    private final Vm vm;
    private final GuestMemory memory;
    private final Vcpu vcpu;
    private final MmioBus bus;
    private long exits;

    private X86MmioGuest(Kvm kvm, MmioBus bus) throws IOException {
        this.kvm = kvm;
        this.bus = bus;
        this.vm = kvm.createVm();
        this.memory = GuestMemory.allocate(LINUX, vm, 0, 0, MEMORY);
        this.vcpu = vm.createVcpu(0);
        X86SpecialRegisters special = vcpu.getSpecialRegisters();
        special.with(Segment.CS, special.get(Segment.CS).inRealMode(0));
        X86Segment data = special.get(Segment.DS).inRealMode(0);
        special.with(
                Segment.DS,
                new X86Segment(0, -1, 0, data.type(), 0, true, data.is32Bit(), true, false, true, false, false));
        vcpu.setSpecialRegisters(special);
    }

    static X86MmioGuest on(MmioBus bus) throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "not run: the guest is of x86-64");
        Kvm kvm;
        try {
            kvm = Kvm.open(LINUX);
        } catch (VfioException e) {
            return abort("not run: " + e.getMessage());
        }
        return new X86MmioGuest(kvm, bus);
    }

    Vm vm() {
        return vm;
    }

    /** How many MMIO exits there were. */
    long exits() {
        return exits;
    }

    /** One instruction of the guest that reads, of 1, 2, 4 or 8 bytes. */
    long read(long address, int width) throws IOException {
        memory.bytes().putLong(DATA, 0);
        access(address, DATA, width);
        return memory.bytes().getLong(DATA);
    }

    /** One instruction of the guest that writes. */
    void write(long address, int width, long value) throws IOException {
        memory.bytes().putLong(DATA, value);
        access(DATA, address, width);
    }

    /** Copies from one address to another with a load and a store of the width. */
    private void access(long from, long to, int width) throws IOException {
        load(
                switch (width) {
                    case 1 -> "67 8a 06  67 88 07"; // mov al, [esi]; mov [edi], al
                    case 2 -> "67 8b 06  67 89 07"; // mov ax, [esi]; mov [edi], ax
                    case 4 -> "67 66 8b 06  67 66 89 07"; // mov eax, [esi]; mov [edi], eax
                    case 8 -> "67 0f 6f 06  67 0f 7f 07"; // movq mm0, [esi]; movq [edi], mm0
                    default -> throw new IllegalArgumentException("x86 has no access of " + width);
                },
                "f4"); // hlt
        start(registers().with(Name.RSI, from).with(Name.RDI, to));
        assertThat(runUntil(Long.MAX_VALUE))
                .as("%d bytes from 0x%x to 0x%x", width, from, to)
                .isEqualTo(ExitReason.HLT);
    }

    void load(String... code) {
        byte[] program = HexFormat.of().parseHex(String.join("", code).replace(" ", ""));
        memory.bytes().put(PROGRAM, program);
    }

    X86Registers registers() throws VfioException {
        return vcpu.getRegisters().with(Name.RIP, PROGRAM).with(Name.RFLAGS, 2);
    }

    void start(X86Registers registers) throws VfioException {
        vcpu.setRegisters(registers);
    }

    /** The run loop of a VMM, up to a time of System.nanoTime; answers MMIO if the time is over. */
    ExitReason runUntil(long deadline) throws VfioException {
        while (true) {
            ExitReason reason = vcpu.run();
            if (reason == ExitReason.MMIO) {
                bus.handle(vcpu.mmio());
                exits++;
                if ((exits & 0xff) == 0 && deadline != Long.MAX_VALUE && System.nanoTime() > deadline) {
                    return reason;
                }
            } else if (reason != ExitReason.INTERRUPTED) {
                return reason;
            }
        }
    }

    ByteBuffer bytes() {
        return memory.bytes();
    }

    @Override
    public void close() {
        try {
            memory.close();
        } finally {
            kvm.close();
        }
    }
}
