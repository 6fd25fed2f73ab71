// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.vfio4j.kvm.X86Registers.Name;
import org.vfio4j.kvm.X86SpecialRegisters.Segment;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.VfioException;

/**
 * A guest in real mode on this machine's {@code /dev/kvm}: 64 KiB of memory at 0, a program at 0x1000, and nothing
 * anywhere else. A test that uses it is not run where KVM does not open.
 */
final class X86Guest implements AutoCloseable {
    static final int MEMORY = 0x10000;
    static final int PROGRAM = 0x1000;

    /** An address without memory, and what makes it the data segment: {@code mov ax, 0x9000; mov ds, ax}. */
    static final long MMIO = 0x90000;

    static final String DS_IS_MMIO = "b80090 8ed8 ";

    static final LinuxSyscalls LINUX = LinuxSyscalls.ofMachine();

    final Kvm kvm;
    final Vm vm;
    final Vcpu vcpu;
    final ByteBuffer memory;
    private final long address;

    private X86Guest(Kvm kvm, Vm vm, Vcpu vcpu, long address) throws VfioException {
        this.kvm = kvm;
        this.vm = vm;
        this.vcpu = vcpu;
        this.address = address;
        this.memory = LINUX.memory(address, MEMORY);
        vm.memory(0, 0, MEMORY, address);
    }

    /** KVM, or the test is not run. */
    static Kvm openKvm() throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "not run: the guest is of x86-64");
        try {
            return Kvm.open(LINUX);
        } catch (VfioException e) {
            return abort("not run: " + e.getMessage());
        }
    }

    /** A guest with a program in machine code; blanks are left out. */
    static X86Guest of(String... program) throws IOException {
        return create(false, program);
    }

    /** A guest with the interrupt controllers of a PC. */
    static X86Guest withIrqChip(String... program) throws IOException {
        return create(true, program);
    }

    private static X86Guest create(boolean irqChip, String... program) throws IOException {
        Kvm kvm = openKvm();
        Vm vm = kvm.createVm();
        if (irqChip) {
            vm.createIrqChip();
        }
        X86Guest guest = new X86Guest(kvm, vm, vm.createVcpu(0), allocate(MEMORY));
        guest.memory.put(
                PROGRAM, HexFormat.of().parseHex(String.join("", program).replace(" ", "")));
        guest.startAt(PROGRAM);
        return guest;
    }

    static long allocate(int size) {
        long address = LINUX.mmap(
                0,
                size,
                LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE,
                LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS,
                -1,
                0);
        assertThat(address).isPositive();
        return address;
    }

    void startAt(long instruction) throws VfioException {
        X86SpecialRegisters special = vcpu.getSpecialRegisters();
        for (Segment segment : new Segment[] {Segment.CS, Segment.DS, Segment.ES, Segment.SS}) {
            special.with(segment, special.get(segment).inRealMode(0));
        }
        vcpu.setSpecialRegisters(special);
        vcpu.setRegisters(vcpu.getRegisters()
                .with(Name.RIP, instruction)
                .with(Name.RSP, 0x8000)
                .with(Name.RFLAGS, 2));
    }

    /** Runs until the guest does something, not counting signals of others, and says what. */
    String run() throws VfioException {
        ExitReason reason;
        do {
            reason = vcpu.run();
        } while (reason == ExitReason.INTERRUPTED);
        return switch (reason) {
            case MMIO -> vcpu.mmio().toString();
            case IO -> vcpu.io().toString();
            default -> reason.toString();
        };
    }

    @Override
    public void close() {
        kvm.close();
        LINUX.munmap(address, MEMORY);
    }
}
