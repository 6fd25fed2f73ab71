// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.RunArmNisvLayout;
import org.vfio4j.kvm.abi.RunFailEntryLayout;
import org.vfio4j.kvm.abi.RunInternalLayout;
import org.vfio4j.kvm.abi.RunIoLayout;
import org.vfio4j.kvm.abi.RunLayout;
import org.vfio4j.kvm.abi.RunMmioLayout;
import org.vfio4j.kvm.abi.RunSystemEventLayout;
import org.vfio4j.kvm.abi.X86RegsLayout;

/** What a vCPU makes of the memory that it shares with the kernel, and what it leaves there. */
class VcpuExitTest {
    private final FakeKvm linux = new FakeKvm();
    private Kvm kvm;
    private Vcpu vcpu;

    @BeforeEach
    void createVcpu() throws Exception {
        kvm = Kvm.open(linux);
        vcpu = kvm.createVm().createVcpu(0);
    }

    @AfterEach
    void close() {
        kvm.close();
    }

    private ExitReason run(int number, Consumer<ByteBuffer> exit) throws Exception {
        linux.runs.add(shared -> {
            shared.putInt(RunLayout.EXIT_REASON, number);
            exit.accept(shared);
        });
        return vcpu.run();
    }

    private void mmio(int length, boolean isWrite, long data) throws Exception {
        assertThat(run(
                        KvmFlags.KVM_EXIT_MMIO,
                        shared -> shared.putLong(RunMmioLayout.PHYS_ADDR, 0x9000)
                                .putLong(RunMmioLayout.DATA, data)
                                .putInt(RunMmioLayout.LEN, length)
                                .put(RunMmioLayout.IS_WRITE, (byte) (isWrite ? 1 : 0))))
                .isEqualTo(ExitReason.MMIO);
    }

    @ParameterizedTest
    @CsvSource({"1, 0x88", "2, 0x7788", "3, 0x667788", "4, 0x55667788", "7, 0x22334455667788", "8, 0x1122334455667788"})
    void aValueHasTheBytesOfItsAccessAndNoOthers(int length, String value) throws Exception {
        mmio(length, true, 0x1122_3344_5566_7788L);
        assertThat(vcpu.mmio().value()).isEqualTo(Long.decode(value));

        mmio(length, false, -1);
        assertThat(vcpu.mmio().value()).as("what was there before").isZero();
        vcpu.mmio().answer(0x1122_3344_5566_7788L);
        assertThat(vcpu.mmio().value()).isEqualTo(Long.decode(value));
        run(
                KvmFlags.KVM_EXIT_HLT,
                shared -> assertThat(shared.getLong(RunMmioLayout.DATA)).isEqualTo(Long.decode(value)));
    }

    @Test
    void anAnswerIsGivenOnce() throws Exception {
        mmio(4, false, 0);
        vcpu.mmio().answer(5);
        run(KvmFlags.KVM_EXIT_HLT, shared -> shared.putLong(RunMmioLayout.DATA, 7));
        run(
                KvmFlags.KVM_EXIT_HLT,
                shared -> assertThat(shared.getLong(RunMmioLayout.DATA)).isEqualTo(7));
    }

    @Test
    void theSameObjectTellsOfEachAccess() throws Exception {
        mmio(1, true, 1);
        MmioExit first = vcpu.mmio();
        mmio(2, true, 2);
        assertThat(vcpu.mmio()).isSameAs(first);
        assertThat(first.length()).isEqualTo(2);
        assertThat(first.address()).isEqualTo(0x9000);
    }

    @Test
    void aStringOfReadsOfAPortIsAnsweredWhereTheKernelSays() throws Exception {
        assertThat(run(
                        KvmFlags.KVM_EXIT_IO,
                        shared -> shared.put(RunIoLayout.DIRECTION, (byte) KvmFlags.KVM_EXIT_IO_IN)
                                .put(RunIoLayout.SIZE_AT, (byte) 2)
                                .putShort(RunIoLayout.PORT, (short) 0xfff0)
                                .putInt(RunIoLayout.COUNT, 3)
                                .putLong(RunIoLayout.DATA_OFFSET, 0x1000)))
                .isEqualTo(ExitReason.IO);
        assertThat(vcpu.io()).hasToString("3 reads of port 0xfff0, 2 bytes");
        vcpu.io().answer(0, 0x1_1111);
        vcpu.io().answer(2, 0x3333);
        run(KvmFlags.KVM_EXIT_HLT, shared -> {
            assertThat(shared.getShort(0x1000)).isEqualTo((short) 0x1111);
            assertThat(shared.getShort(0x1002)).isZero();
            assertThat(shared.getShort(0x1004)).isEqualTo((short) 0x3333);
        });
    }

    @Test
    void whatEndsAGuestIsToldWithItsReason() throws Exception {
        assertThat(run(KvmFlags.KVM_EXIT_SHUTDOWN, shared -> {})).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(run(
                        KvmFlags.KVM_EXIT_INTERNAL_ERROR,
                        shared -> shared.putInt(RunInternalLayout.SUBERROR, 1)
                                .putInt(RunInternalLayout.NDATA, 2)
                                .putLong(RunInternalLayout.DATA, 11)
                                .putLong(RunInternalLayout.DATA + 8, 12)))
                .isEqualTo(ExitReason.INTERNAL_ERROR);
        assertThat(vcpu.internalError().data()).containsExactly(11L, 12L);
        run(KvmFlags.KVM_EXIT_INTERNAL_ERROR, shared -> shared.putInt(RunInternalLayout.NDATA, -1));
        assertThat(vcpu.internalError().data()).as("a count that cannot be").isEmpty();
        assertThat(run(
                        KvmFlags.KVM_EXIT_FAIL_ENTRY,
                        shared -> shared.putLong(RunFailEntryLayout.HARDWARE_ENTRY_FAILURE_REASON, 0x8000_0021L)
                                .putInt(RunFailEntryLayout.CPU, 3)))
                .isEqualTo(ExitReason.FAIL_ENTRY);
        assertThat(vcpu.entryFailure()).isEqualTo(new EntryFailure(0x8000_0021L, 3));
        assertThat(run(KvmFlags.KVM_EXIT_SYSTEM_EVENT, shared -> shared.putInt(RunSystemEventLayout.TYPE, 3)))
                .isEqualTo(ExitReason.SYSTEM_EVENT);
        assertThat(vcpu.systemEvent().type()).isEqualTo(SystemEvent.Type.CRASH);
        run(KvmFlags.KVM_EXIT_SYSTEM_EVENT, shared -> shared.putInt(RunSystemEventLayout.TYPE, 4));
        assertThat(vcpu.systemEvent().type()).isEqualTo(SystemEvent.Type.OTHER);
        assertThat(run(
                        KvmFlags.KVM_EXIT_ARM_NISV,
                        shared -> shared.putLong(RunArmNisvLayout.ESR_ISS, 0x40)
                                .putLong(RunArmNisvLayout.FAULT_IPA, 0x9008)))
                .isEqualTo(ExitReason.ARM_NISV);
        assertThat(vcpu.undecodedAccess().isWrite()).isTrue();
        assertThat(vcpu.undecodedAccess().address()).isEqualTo(0x9008);
        assertThatThrownBy(vcpu::systemEvent).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "4", "39", "1000", "-1"})
    void anExitThatHasNoNameHasItsNumber(int number) throws Exception {
        assertThat(run(number, shared -> {})).isEqualTo(ExitReason.OTHER);
        assertThat(vcpu.exitNumber()).isEqualTo(number);
    }

    @Test
    void aKickBeforeARunIsUsedUpByIt() throws Exception {
        mmio(4, true, 0);
        vcpu.kick();
        assertThat(vcpu.run()).isEqualTo(ExitReason.INTERRUPTED);
        assertThatThrownBy(vcpu::mmio).isInstanceOf(IllegalStateException.class);
        assertThat(linux.shared.get(RunLayout.IMMEDIATE_EXIT)).isZero();
        assertThat(run(KvmFlags.KVM_EXIT_HLT, shared -> {})).isEqualTo(ExitReason.HLT);
    }

    @Test
    void theMemoryIsNotTouchedOnceItIsClosed() throws Exception {
        ByteBuffer shared = linux.shared;
        mmio(4, false, 0);
        MmioExit mmio = vcpu.mmio();
        vcpu.close();
        assertThat(linux.shared).isNull();
        ByteBuffer before = ByteBuffer.allocate(shared.capacity()).put(0, shared, 0, shared.capacity());

        vcpu.kick();
        mmio.answer(5);
        vcpu.close();
        assertThatThrownBy(vcpu::run).isInstanceOf(IllegalStateException.class);

        assertThat(ByteBuffer.allocate(shared.capacity()).put(0, shared, 0, shared.capacity()))
                .isEqualTo(before);
    }

    @Test
    void aVirtualThreadIsRefused() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "not run: this JVM has no virtual threads");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Runnable runs = () -> {
            try {
                vcpu.run();
            } catch (Throwable e) {
                thrown.set(e);
            }
        };
        Thread virtual = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, runs);
        virtual.join();

        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("a platform thread");
        assertThat(linux.calls).doesNotContain("sigprocmask");
        assertThat(run(KvmFlags.KVM_EXIT_HLT, shared -> {})).isEqualTo(ExitReason.HLT);
    }

    @Test
    void registersAreInTheOrderOfTheirStructure() throws Exception {
        for (X86Registers.Name name : X86Registers.Name.values()) {
            int offset = X86RegsLayout.class.getField(name.name()).getInt(null);
            assertThat(name.ordinal() * Long.BYTES).as(name.name()).isEqualTo(offset);
        }
    }

    @Test
    void aMessageIsOf64BitsAndMayHaveItsDevice() {
        ByteBuffer plain = new Msi(0x1_2345_6780L, 0x31).encode();
        assertThat(plain.getLong(0)).isEqualTo(0x1_2345_6780L);
        assertThat(plain.getInt(8)).isEqualTo(0x31);
        assertThat(plain.getInt(12)).isZero();
        ByteBuffer ofDevice = new Msi(0x8080040L, 1, OptionalInt.of(0x108)).encode();
        assertThat(ofDevice.getInt(12)).isEqualTo(KvmFlags.KVM_MSI_VALID_DEVID);
        assertThat(ofDevice.getInt(16)).isEqualTo(0x108);
    }

    @Test
    void aSegmentOfRealModeBeginsAtAMultipleOf16() {
        X86Segment segment = new X86Segment(0, 0xffff, 0, 3, 0, true, false, true, false, false, false, false);
        assertThat(segment.inRealMode(0xffff0).selector()).isEqualTo(0xffff);
        assertThatThrownBy(() -> segment.inRealMode(0x10_0000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> segment.inRealMode(8)).isInstanceOf(IllegalArgumentException.class);
    }
}
