// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.kvm.ArmFeature;
import org.vfio4j.kvm.ArmRegister;
import org.vfio4j.kvm.ExitReason;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmCapability;
import org.vfio4j.kvm.SystemEvent;
import org.vfio4j.kvm.Vcpu;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * A guest of arm64 of a few instructions: what its accesses without memory are, what it asks for, and how it is stopped.
 * Without an MMU all its data is device memory to it, so its accesses are aligned.
 *
 * <p>Source: {@code arch/arm64/kvm/mmio.c}, {@code arch/arm64/kvm/arm.c}, {@code arch/arm64/kvm/psci.c}.
 */
class KvmGuestTest extends ConformanceTest {
    private static final long MEMORY = 0x4000_0000L;
    private static final long DEVICE = 0x1000_0000L;

    /** EL1 with its own stack pointer, no interrupts. */
    private static final long EL1 = 0x3c5;

    private static final int STRB_W1 = 0x39000001; // strb w1, [x0]
    private static final int STRH_W1 = 0x79000401; // strh w1, [x0, #2]
    private static final int STR_W1 = 0xb9000401; // str w1, [x0, #4]
    private static final int STR_X1 = 0xf9000401; // str x1, [x0, #8]
    private static final int LDRB_W2 = 0x39400002; // ldrb w2, [x0]
    private static final int LDRH_W3 = 0x79400403; // ldrh w3, [x0, #2]
    private static final int LDR_W4 = 0xb9400404; // ldr w4, [x0, #4]
    private static final int LDR_X5 = 0xf9400405; // ldr x5, [x0, #8]
    private static final int LDP_X7_X8 = 0xa9402007; // ldp x7, x8, [x0]
    private static final int STP_X1_X2 = 0xa9000801; // stp x1, x2, [x0]
    private static final int FOR_EVER = 0x14000000; // b .
    private static final int BACK = 0x17ffffff; // b .-4
    private static final int HVC = 0xd4000002; // hvc #0

    // PSCI, ARM DEN 0022: function ids.
    private static final long SYSTEM_OFF = 0x8400_0008L;
    private static final long SYSTEM_RESET = 0x8400_0009L;

    private final LinuxSyscalls linux = world.linux();
    private Kvm kvm;
    private Vm vm;
    private long memory;

    @BeforeEach
    void createVm() throws Exception {
        assumeTrue(world.isMachine(), "not run: the simulated KVM runs no guest");
        assumeTrue(System.getProperty("os.arch").equals("aarch64"), "not run: the guest is of arm64");
        try {
            kvm = Kvm.open(linux);
        } catch (VfioException e) {
            assumeTrue(false, "not run: " + e.getMessage());
        }
        memory = linux.mmap(
                0,
                linux.pageSize(),
                LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE,
                LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS,
                -1,
                0);
        vm = kvm.createVm();
        vm.memory(0, MEMORY, linux.pageSize(), memory);
    }

    @AfterEach
    void closeVm() {
        if (kvm != null) {
            kvm.close();
            linux.munmap(memory, linux.pageSize());
        }
    }

    private Vcpu vcpu(int... program) throws Exception {
        ByteBuffer code = linux.memory(memory, linux.pageSize());
        for (int i = 0; i < program.length; i++) {
            code.putInt(i * Integer.BYTES, program[i]);
        }
        Vcpu vcpu = vm.createVcpu(0);
        vcpu.init(ArmFeature.PSCI_0_2);
        vcpu.setOneReg(ArmRegister.PSTATE, EL1);
        vcpu.setOneReg(ArmRegister.PC, MEMORY);
        vcpu.setOneReg(ArmRegister.x(0), DEVICE);
        vcpu.setOneReg(ArmRegister.x(1), 0x1122_3344_5566_7788L);
        return vcpu;
    }

    private static void mmio(Vcpu vcpu, String access) throws Exception {
        ExitReason reason;
        do {
            reason = vcpu.run();
        } while (reason == ExitReason.INTERRUPTED);
        assertThat(reason).isEqualTo(ExitReason.MMIO);
        assertThat(vcpu.mmio()).hasToString(access);
    }

    @Test
    void aVcpuThatIsNotInitializedDoesNotRun() throws Exception {
        Vcpu vcpu = vm.createVcpu(0);

        assertThatThrownBy(vcpu::run).isInstanceOfSatisfying(VfioException.class, e -> {
            assertThat(e.step()).isEqualTo(Step.KVM_RUN);
            assertThat(e.errno()).isEqualTo(Errno.ENOEXEC);
        });
    }

    @Test
    void aWriteOfEachWidthIsOneExitWithItsBytes() throws Exception {
        Vcpu vcpu = vcpu(STRB_W1, STRH_W1, STR_W1, STR_X1);

        mmio(vcpu, "write of 0x88 to 0x10000000, 1 bytes");
        mmio(vcpu, "write of 0x7788 to 0x10000002, 2 bytes");
        mmio(vcpu, "write of 0x55667788 to 0x10000004, 4 bytes");
        mmio(vcpu, "write of 0x1122334455667788 to 0x10000008, 8 bytes");
    }

    @Test
    void aReadOfEachWidthGetsTheLowestBytesOfItsAnswer() throws Exception {
        Vcpu vcpu = vcpu(LDRB_W2, LDRH_W3, LDR_W4, LDR_X5, STRB_W1);
        long answer = 0xa1b2_c3d4_e5f6_8798L;

        mmio(vcpu, "read of 0x10000000, 1 bytes");
        vcpu.mmio().answer(answer);
        mmio(vcpu, "read of 0x10000002, 2 bytes");
        vcpu.mmio().answer(answer);
        mmio(vcpu, "read of 0x10000004, 4 bytes");
        vcpu.mmio().answer(answer);
        mmio(vcpu, "read of 0x10000008, 8 bytes");
        vcpu.mmio().answer(answer);
        mmio(vcpu, "write of 0x88 to 0x10000000, 1 bytes");

        assertThat(vcpu.getOneReg(ArmRegister.x(2))).isEqualTo(0x98);
        assertThat(vcpu.getOneReg(ArmRegister.x(3))).isEqualTo(0x8798);
        assertThat(vcpu.getOneReg(ArmRegister.x(4))).isEqualTo(0xe5f6_8798L);
        assertThat(vcpu.getOneReg(ArmRegister.x(5))).isEqualTo(answer);
    }

    @Test
    void aReadWithoutAnAnswerReadsZerosAndIsCompletedByAKickedRun() throws Exception {
        Vcpu vcpu = vcpu(LDR_X5, FOR_EVER);
        vcpu.setOneReg(ArmRegister.x(5), -1);
        mmio(vcpu, "read of 0x10000008, 8 bytes");
        assertThat(vcpu.getOneReg(ArmRegister.x(5))).isEqualTo(-1);

        vcpu.kick();

        assertThat(vcpu.run()).isEqualTo(ExitReason.INTERRUPTED);
        assertThat(vcpu.getOneReg(ArmRegister.x(5))).isZero();
    }

    @Test
    void anAccessOfTwoRegistersIsNotDecodedAndStopsTheGuest() throws Exception {
        Vcpu vcpu = vcpu(LDP_X7_X8);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(vcpu::run).isInstanceOfSatisfying(VfioException.class, e -> {
                assertThat(e.errno()).isEqualTo(Errno.ENOSYS);
                assertThat(e.remedy()).contains("ARM_NISV_TO_USER");
            });
            assertThat(vcpu.getOneReg(ArmRegister.PC)).isEqualTo(MEMORY);
        }
    }

    @Test
    void anAccessThatIsNotDecodedIsAnExitIfThatIsEnabled() throws Exception {
        assumeTrue(
                vm.check(KvmCapability.ARM_NISV_TO_USER) > 0, "not run: this kernel has no KVM_CAP_ARM_NISV_TO_USER");
        vm.enable(KvmCapability.ARM_NISV_TO_USER);
        Vcpu vcpu = vcpu(LDP_X7_X8, STP_X1_X2, STR_W1);

        assertThat(vcpu.run()).isEqualTo(ExitReason.ARM_NISV);
        assertThat(vcpu.undecodedAccess().isWrite()).isFalse();
        assertThat(vcpu.undecodedAccess().address() & -linux.pageSize()).isEqualTo(DEVICE);
        vcpu.setOneReg(ArmRegister.PC, MEMORY + 4);
        assertThat(vcpu.run()).isEqualTo(ExitReason.ARM_NISV);
        assertThat(vcpu.undecodedAccess().isWrite()).isTrue();
        vcpu.setOneReg(ArmRegister.PC, MEMORY + 8);
        mmio(vcpu, "write of 0x55667788 to 0x10000004, 4 bytes");
        assertThatThrownBy(vcpu::undecodedAccess).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void powerOffAndResetByPsciAreSystemEvents() throws Exception {
        Vcpu vcpu = vcpu(HVC);
        vcpu.setOneReg(ArmRegister.x(0), SYSTEM_OFF);
        assertThat(vcpu.run()).isEqualTo(ExitReason.SYSTEM_EVENT);
        assertThat(vcpu.systemEvent().type()).isEqualTo(SystemEvent.Type.SHUTDOWN);

        vcpu.init(ArmFeature.PSCI_0_2);
        vcpu.setOneReg(ArmRegister.PSTATE, EL1);
        vcpu.setOneReg(ArmRegister.PC, MEMORY);
        vcpu.setOneReg(ArmRegister.x(0), SYSTEM_RESET);
        assertThat(vcpu.run()).isEqualTo(ExitReason.SYSTEM_EVENT);
        assertThat(vcpu.systemEvent().type()).isEqualTo(SystemEvent.Type.RESET);
    }

    @Test
    void registersOfEachSizeAreReadAsTheyWereWritten() throws Exception {
        Vcpu vcpu = vcpu(FOR_EVER);
        byte[] vector = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, -16};

        vcpu.setLargeReg(ArmRegister.v(31), vector);
        vcpu.setOneReg(ArmRegister.FPSR, 0x8800_001fL);
        vcpu.setOneReg(ArmRegister.SP_EL1, -8);

        assertThat(vcpu.getLargeReg(ArmRegister.v(31))).isEqualTo(vector);
        assertThat(vcpu.getOneReg(ArmRegister.FPSR)).isEqualTo(0x8800_001fL);
        assertThat(vcpu.getOneReg(ArmRegister.SP_EL1)).isEqualTo(-8);
        assertThat(vcpu.getLargeReg(ArmRegister.PC)).isEqualTo(new byte[] {0, 0, 0, 0x40, 0, 0, 0, 0});
        assertThatThrownBy(() -> vcpu.getOneReg(ArmRegister.v(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> vcpu.setLargeReg(ArmRegister.v(0), (byte) 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> vcpu.getOneReg(0x6030_0000_0010_fff0L))
                .isInstanceOfSatisfying(
                        VfioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void noKickIsLost() throws Exception {
        Vcpu vcpu = vcpu(STR_W1, BACK);
        AtomicInteger interruptions = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread runner = new Thread(() -> {
            try {
                while (!vcpu.isClosed()) {
                    if (vcpu.run() == ExitReason.INTERRUPTED) {
                        interruptions.incrementAndGet();
                    }
                }
            } catch (IllegalStateException closed) {
                // The vCPU was closed between the question and the run.
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        runner.start();
        long end = System.nanoTime() + 40_000_000_000L;
        for (int i = 1; i <= 1_000; i++) {
            vcpu.kick();
            while (interruptions.get() < i && System.nanoTime() < end && failure.get() == null) {
                LockSupport.parkNanos(1_000);
            }
        }
        vcpu.close();
        runner.join(10_000);

        assertThat(runner.isAlive()).isFalse();
        assertThat(failure.get()).isNull();
        assertThat(interruptions.get()).isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void aVmThatIsClosedStopsItsVcpus() throws Exception {
        vcpu(FOR_EVER);
        List<Vcpu> vcpus = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Vcpu vcpu = vm.createVcpu(i);
            vcpu.init(ArmFeature.PSCI_0_2);
            vcpu.setOneReg(ArmRegister.PSTATE, EL1);
            vcpu.setOneReg(ArmRegister.PC, MEMORY);
            vcpus.add(vcpu);
        }
        AtomicInteger stopped = new AtomicInteger();
        List<Thread> runners = new ArrayList<>();
        for (Vcpu vcpu : vcpus) {
            Thread runner = new Thread(() -> {
                try {
                    while (vcpu.run() == ExitReason.INTERRUPTED) {
                        Thread.onSpinWait();
                    }
                } catch (VfioException | IllegalStateException e) {
                    if (e.getMessage().endsWith("is closed")) {
                        stopped.incrementAndGet();
                    }
                }
            });
            runner.start();
            runners.add(runner);
        }
        Thread.sleep(200);

        vm.close();

        for (Thread runner : runners) {
            runner.join(10_000);
        }
        assertThat(stopped).hasValue(3);
    }
}
