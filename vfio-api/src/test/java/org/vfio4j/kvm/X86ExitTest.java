// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.kvm.X86Guest.DS_IS_MMIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.kvm.X86Registers.Name;
import org.vfio4j.kvm.X86SpecialRegisters.Control;
import org.vfio4j.kvm.X86SpecialRegisters.Segment;
import org.vfio4j.kvm.X86SpecialRegisters.Table;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.VfioException;

/** The other exits of an x86 guest, its registers, and how its writes reach eventfds. */
@Timeout(60)
class X86ExitTest {
    private static final String HLT = "f4";

    @Test
    void anAccessToAPortIsAnExitWithItsWidth() throws Exception {
        try (X86Guest guest = X86Guest.of(
                "66b8 88776655", // mov eax, 0x55667788
                "e6 10", // out 0x10, al
                "ba3412", // mov dx, 0x1234
                "66ef", // out dx, eax
                "e4 20", // in al, 0x20
                "e5 22", // in ax, 0x22
                HLT)) {
            assertThat(guest.run()).isEqualTo("1 writes to port 0x10, 1 bytes");
            assertThat(guest.vcpu.io().value(0)).isEqualTo(0x88);
            assertThat(guest.run()).isEqualTo("1 writes to port 0x1234, 4 bytes");
            assertThat(guest.vcpu.io().value(0)).isEqualTo(0x55667788);
            assertThat(guest.run()).isEqualTo("1 reads of port 0x20, 1 bytes");
            guest.vcpu.io().answer(0, 0x1ab);
            assertThat(guest.run()).isEqualTo("1 reads of port 0x22, 2 bytes");
            assertThat(guest.vcpu.getRegisters().get(Name.RAX)).isEqualTo(0x556677abL);
            assertThatThrownBy(() -> guest.vcpu.io().answer(1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
            guest.vcpu.io().answer(0, 0xcdef);
            assertThat(guest.run()).isEqualTo("HLT");
            assertThat(guest.vcpu.getRegisters().get(Name.RAX)).isEqualTo(0x5566cdefL);
        }
    }

    @Test
    void aStringOfReadsOfAPortIsAnsweredOneByOne() throws Exception {
        try (X86Guest guest = X86Guest.of(
                "ba3000", // mov dx, 0x30
                "bf0030", // mov di, 0x3000
                "b90600", // mov cx, 6
                "f36d", // rep insw
                HLT)) {
            int next = 0x1100;
            String exit = guest.run();
            while (!exit.equals("HLT")) {
                assertThat(exit).endsWith("reads of port 0x30, 2 bytes");
                for (int i = 0; i < guest.vcpu.io().count(); i++) {
                    guest.vcpu.io().answer(i, next++);
                }
                exit = guest.run();
            }
            for (int i = 0; i < 6; i++) {
                assertThat(guest.memory.getShort(0x3000 + 2 * i))
                        .as("word " + i)
                        .isEqualTo((short) (0x1100 + i));
            }
        }
    }

    @Test
    void anInstructionThatKvmDoesNotEmulateIsAnInternalErrorWithTheInstruction() throws Exception {
        // Fetched from where there is no memory.
        try (X86Guest guest = X86Guest.of("ea 0000 0090")) {
            assertThat(guest.run()).isEqualTo("INTERNAL_ERROR");
            assertThat(guest.vcpu.internalError().suberror()).isEqualTo(KvmFlags.KVM_INTERNAL_ERROR_EMULATION);
            assertThatThrownBy(guest.vcpu::systemEvent).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(guest.vcpu::entryFailure).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void registersAreReadAsTheyWereWritten() throws Exception {
        try (X86Guest guest = X86Guest.of(HLT)) {
            X86Registers registers = guest.vcpu.getRegisters();
            for (Name name : Name.values()) {
                if (name != Name.RIP && name != Name.RFLAGS) {
                    registers.with(name, 0x1000_0000_0000_0000L + name.ordinal());
                }
            }
            guest.vcpu.setRegisters(registers);
            X86Registers read = guest.vcpu.getRegisters();
            assertThat(Name.values())
                    .allSatisfy(name -> assertThat(read.get(name)).isEqualTo(registers.get(name)));

            X86SpecialRegisters special = guest.vcpu.getSpecialRegisters();
            X86Segment segment = special.get(Segment.GS).inRealMode(0xabcd0);
            assertThat(segment.selector()).isEqualTo(0xabcd);
            guest.vcpu.setSpecialRegisters(special.with(Segment.GS, segment)
                    .with(Table.GDT, 0x1234, 0xff)
                    .with(Control.CR2, 0x5678));
            X86SpecialRegisters after = guest.vcpu.getSpecialRegisters();
            assertThat(after.get(Segment.GS)).isEqualTo(segment);
            assertThat(after.get(Segment.CS)).isEqualTo(special.get(Segment.CS));
            assertThat(after.baseOf(Table.GDT)).isEqualTo(0x1234);
            assertThat(after.limitOf(Table.GDT)).isEqualTo(0xff);
            assertThat(after.get(Control.CR2)).isEqualTo(0x5678);
        }
    }

    @Test
    void aWriteWithAnIoeventfdIsNoExit() throws Exception {
        try (X86Guest guest = X86Guest.of(
                        DS_IS_MMIO,
                        "66b8 07000000", // mov eax, 7
                        "66a3 0000", // mov [0], eax
                        "66a3 0000",
                        "66b8 08000000",
                        "66a3 0000", // another value
                        "a2 0000", // another width
                        HLT);
                EventFd event = EventFd.create(X86Guest.LINUX, "event");
                IoEventFd ioEventFd =
                        guest.vm.ioEventFd(IoEventMatch.memory(X86Guest.MMIO, 4).ofValue(7), event)) {
            assertThat(ioEventFd.match().value()).isEqualTo(7);
            assertThat(guest.run()).isEqualTo("write of 0x8 to 0x90000, 4 bytes");
            assertThat(event.take()).isEqualTo(2);
            assertThat(guest.run()).isEqualTo("write of 0x8 to 0x90000, 1 bytes");
            assertThat(guest.run()).isEqualTo("HLT");
            assertThat(event.take()).isZero();
        }
    }

    @Test
    void aWriteAfterTheIoeventfdWasClosedIsAnExit() throws Exception {
        try (X86Guest guest = X86Guest.of("e6 10", HLT);
                EventFd event = EventFd.create(X86Guest.LINUX, "event")) {
            guest.vm.ioEventFd(IoEventMatch.port(0x10, 1), event).close();

            assertThat(guest.run()).isEqualTo("1 writes to port 0x10, 1 bytes");
        }
    }

    @Test
    void aWriteToReadOnlyMemoryIsAnExitAndAReadIsNot() throws Exception {
        try (X86Guest guest = X86Guest.of(DS_IS_MMIO, "a0 0400", "a2 0800", HLT)) {
            long rom = X86Guest.allocate(0x1000);
            X86Guest.LINUX.memory(rom, 0x1000).put(4, (byte) 0x5a);
            MemorySlot slot = guest.vm.memory(1, X86Guest.MMIO, 0x1000, rom, MemoryFlag.READ_ONLY);

            assertThat(guest.run()).isEqualTo("write of 0x5a to 0x90008, 1 bytes");
            slot.close();
            slot.close();
            guest.startAt(X86Guest.PROGRAM);
            assertThat(guest.run()).as("without the slot").isEqualTo("read of 0x90004, 1 bytes");
            X86Guest.LINUX.munmap(rom, 0x1000);
        }
    }

    @Test
    void aRegisterThatX86DoesNotHaveIsRefused() throws Exception {
        try (X86Guest guest = X86Guest.of(HLT)) {
            assertThatThrownBy(() -> guest.vcpu.getOneReg(0x2030_0000_dead_0000L))
                    .isInstanceOfSatisfying(
                            VfioException.class,
                            e -> assertThat(e.errno()).isIn(Errno.EINVAL, Errno.ENOENT, Errno.ENOTTY));
        }
    }
}
