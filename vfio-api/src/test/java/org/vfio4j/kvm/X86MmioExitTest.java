// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.kvm.X86Guest.DS_IS_MMIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.kvm.X86Registers.Name;

/** Which exits an access of an x86 guest makes where there is no memory: {@code arch/x86/kvm/x86.c}, emulator_read_write. */
@Timeout(60)
class X86MmioExitTest {
    private static final String HLT = "f4";

    @Test
    void aWriteOfEachWidthIsOneExitWithItsBytes() throws Exception {
        try (X86Guest guest = X86Guest.of(
                DS_IS_MMIO,
                "66b8 88776655", // mov eax, 0x55667788
                "a2 0000", // mov [0], al
                "a3 0200", // mov [2], ax
                "66a3 0400", // mov [4], eax
                HLT)) {
            assertThat(guest.run()).isEqualTo("write of 0x88 to 0x90000, 1 bytes");
            assertThat(guest.run()).isEqualTo("write of 0x7788 to 0x90002, 2 bytes");
            assertThat(guest.run()).isEqualTo("write of 0x55667788 to 0x90004, 4 bytes");
            assertThat(guest.run()).isEqualTo("HLT");
        }
    }

    @Test
    void aReadOfEachWidthGetsTheLowestBytesOfItsAnswer() throws Exception {
        try (X86Guest guest = X86Guest.of(
                DS_IS_MMIO,
                "6631c0", // xor eax, eax
                "a0 0000", // mov al, [0]
                "6689c3", // mov ebx, eax
                "a1 0200", // mov ax, [2]
                "6689c1", // mov ecx, eax
                "66a1 0400", // mov eax, [4]
                HLT)) {
            assertThat(guest.run()).isEqualTo("read of 0x90000, 1 bytes");
            guest.vcpu.mmio().answer(0x1122_3344_5566_7788L);
            assertThat(guest.run()).isEqualTo("read of 0x90002, 2 bytes");
            guest.vcpu.mmio().answer(-1L);
            assertThat(guest.run()).isEqualTo("read of 0x90004, 4 bytes");
            guest.vcpu.mmio().answer(0x8000_0001L);
            assertThat(guest.run()).isEqualTo("HLT");

            X86Registers registers = guest.vcpu.getRegisters();
            assertThat(registers.get(Name.RBX)).isEqualTo(0x88);
            assertThat(registers.get(Name.RCX)).isEqualTo(0xffff);
            assertThat(registers.get(Name.RAX)).isEqualTo(0x8000_0001L);
        }
    }

    @Test
    void eightBytesAreOneReadAndOneWrite() throws Exception {
        try (X86Guest guest = X86Guest.of(
                DS_IS_MMIO,
                "66b8 88776655", // mov eax, 0x55667788
                "66ba 44332211", // mov edx, 0x11223344
                "66bb d0c0b0a0", // mov ebx, 0xa0b0c0d0
                "66b9 10203040", // mov ecx, 0x40302010
                "0fc70e 0800", // cmpxchg8b [8]
                HLT)) {
            assertThat(guest.run()).isEqualTo("read of 0x90008, 8 bytes");
            guest.vcpu.mmio().answer(0x1122_3344_5566_7788L);
            assertThat(guest.run()).isEqualTo("write of 0x40302010a0b0c0d0 to 0x90008, 8 bytes");
            assertThat(guest.run()).isEqualTo("HLT");
        }
    }

    @Test
    void anUnalignedAccessInsideAPageIsOneExit() throws Exception {
        try (X86Guest guest = X86Guest.of(DS_IS_MMIO, "66b8 88776655", "66a3 0100", "66a1 0300", HLT)) {
            assertThat(guest.run()).isEqualTo("write of 0x55667788 to 0x90001, 4 bytes");
            assertThat(guest.run()).isEqualTo("read of 0x90003, 4 bytes");
            assertThat(guest.run()).isEqualTo("HLT");
        }
    }

    @Test
    void anAccessThatCrossesAPageIsOneExitForEachPart() throws Exception {
        try (X86Guest guest = X86Guest.of(DS_IS_MMIO, "66b8 88776655", "66a3 fe0f", "66a1 ff0f", HLT)) {
            assertThat(guest.run()).isEqualTo("write of 0x7788 to 0x90ffe, 2 bytes");
            assertThat(guest.run()).isEqualTo("write of 0x5566 to 0x91000, 2 bytes");
            assertThat(guest.run()).isEqualTo("read of 0x90fff, 1 bytes");
            guest.vcpu.mmio().answer(0x11);
            assertThat(guest.run()).isEqualTo("read of 0x91000, 3 bytes");
            guest.vcpu.mmio().answer(0x443322);
            assertThat(guest.run()).isEqualTo("HLT");
            assertThat(guest.vcpu.getRegisters().get(Name.RAX)).isEqualTo(0x44332211L);
        }
    }

    @Test
    void thePartOfAnAccessThatIsInMemoryIsNoExit() throws Exception {
        try (X86Guest guest = X86Guest.of(
                "b80008 8ed8", // the data segment begins at 0x8000
                "66b8 88776655",
                "66a3 fe7f", // mov [0xfffe], eax: the memory ends at 0x10000
                HLT)) {
            assertThat(guest.run()).isEqualTo("write of 0x5566 to 0x10000, 2 bytes");
            assertThat(guest.run()).isEqualTo("HLT");
            assertThat(guest.memory.getShort(0xfffe)).isEqualTo((short) 0x7788);
        }
    }

    @Test
    void aStringInstructionIsOneExitForEachElement() throws Exception {
        try (X86Guest guest = X86Guest.of(
                "b80090 8ec0", // mov ax, 0x9000; mov es, ax
                "bf1000", // mov di, 0x10
                "b90300", // mov cx, 3
                "b05a", // mov al, 0x5a
                "f3aa", // rep stosb
                HLT)) {
            assertThat(guest.run()).isEqualTo("write of 0x5a to 0x90010, 1 bytes");
            assertThat(guest.run()).isEqualTo("write of 0x5a to 0x90011, 1 bytes");
            assertThat(guest.run()).isEqualTo("write of 0x5a to 0x90012, 1 bytes");
            assertThat(guest.run()).isEqualTo("HLT");
        }
    }

    @Test
    void aReadModifyWriteIsTwoExitsAlsoWhenItIsLocked() throws Exception {
        try (X86Guest guest = X86Guest.of(
                DS_IS_MMIO,
                "8006 0000 01", // add byte [0], 1
                "f08306 0400 02", // lock add word [4], 2
                HLT)) {
            assertThat(guest.run()).isEqualTo("read of 0x90000, 1 bytes");
            guest.vcpu.mmio().answer(0x41);
            assertThat(guest.run()).isEqualTo("write of 0x42 to 0x90000, 1 bytes");
            assertThat(guest.run()).isEqualTo("read of 0x90004, 2 bytes");
            guest.vcpu.mmio().answer(0x1000);
            assertThat(guest.run()).isEqualTo("write of 0x1002 to 0x90004, 2 bytes");
            assertThat(guest.run()).isEqualTo("HLT");
        }
    }

    @Test
    void aReadIsCompletedByTheNextRunAlsoIfThatIsKicked() throws Exception {
        try (X86Guest guest = X86Guest.of(DS_IS_MMIO, "6631c0", "a0 0000", "eb fe")) {
            assertThat(guest.run()).isEqualTo("read of 0x90000, 1 bytes");
            guest.vcpu.mmio().answer(0x77);
            assertThat(guest.vcpu.getRegisters().get(Name.RAX) & 0xff)
                    .as("before the run")
                    .isZero();

            guest.vcpu.kick();

            assertThat(guest.vcpu.run()).isEqualTo(ExitReason.INTERRUPTED);
            assertThat(guest.vcpu.getRegisters().get(Name.RAX) & 0xff).isEqualTo(0x77);
        }
    }

    @Test
    void aReadWithoutAnAnswerReadsZeros() throws Exception {
        try (X86Guest guest = X86Guest.of(DS_IS_MMIO, "66b8 ffffffff", "66a3 0000", "66a1 0400", HLT)) {
            assertThat(guest.run()).isEqualTo("write of 0xffffffff to 0x90000, 4 bytes");
            assertThat(guest.run()).isEqualTo("read of 0x90004, 4 bytes");
            assertThat(guest.run()).isEqualTo("HLT");
            assertThat(guest.vcpu.getRegisters().get(Name.RAX)).isZero();
        }
    }

    @Test
    void thereIsNoMmioExitToLookAtAfterAnother() throws Exception {
        try (X86Guest guest = X86Guest.of(DS_IS_MMIO, "a2 0000", HLT)) {
            assertThatThrownBy(guest.vcpu::mmio).isInstanceOf(IllegalStateException.class);
            guest.run();
            assertThatThrownBy(() -> guest.vcpu.mmio().answer(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a write has no answer");
            assertThat(guest.run()).isEqualTo("HLT");
            assertThatThrownBy(guest.vcpu::mmio)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("vCPU 0 stopped for HLT, not for MMIO");
        }
    }
}
