// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.RunLayout;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.VfioException;

/** Whichever call fails and with whatever error: a typed error, and no descriptor and no mapping left. */
class KvmFaultTest {
    /** Every call that the classes make, in an order of arm64 and x86 together. */
    private static void use(FakeKvm linux) throws IOException {
        linux.runs.add(shared -> shared.putInt(RunLayout.EXIT_REASON, KvmFlags.KVM_EXIT_HLT));
        try (Kvm kvm = Kvm.open(linux);
                Vm vm = kvm.createVm();
                EventFd trigger = EventFd.create(linux, "trigger");
                EventFd resample = EventFd.create(linux, "resample")) {
            vm.check(KvmCapability.IRQFD);
            vm.createIrqChip();
            vm.enable(KvmCapability.ARM_NISV_TO_USER);
            Vcpu vcpu = vm.createVcpu(0);
            MemorySlot memory = vm.memory(0, 0, 0x1000, 0x5000);
            vcpu.init(ArmFeature.PSCI_0_2);
            vcpu.setRegisters(vcpu.getRegisters());
            vcpu.setSpecialRegisters(vcpu.getSpecialRegisters());
            vcpu.setOneReg(ArmRegister.PC, vcpu.getOneReg(ArmRegister.PC));
            vcpu.setLargeReg(ArmRegister.v(0), vcpu.getLargeReg(ArmRegister.v(0)));
            IrqFd irqFd = vm.irqFd(4, trigger, resample);
            IoEventFd ioEventFd = vm.ioEventFd(IoEventMatch.memory(0x9000, 4), trigger);
            vm.route(List.of(new GsiRoute.ToPin(4, 0, 4)));
            vm.setIrqLine(4, true);
            vm.signalMsi(new Msi(0x1000, 1));
            assertThat(vcpu.run()).isEqualTo(ExitReason.HLT);
            ioEventFd.close();
            irqFd.close();
            memory.close();
        }
    }

    @Test
    void anIrqFdThatAClosedEventFdKeepsFromBeingKeepsNoOther() throws Exception {
        FakeKvm linux = new FakeKvm();
        EventFd resample = EventFd.create(linux, "resample");
        resample.close();
        try (Kvm kvm = Kvm.open(linux);
                Vm vm = kvm.createVm();
                EventFd trigger = EventFd.create(linux, "trigger")) {
            assertThatThrownBy(() -> vm.irqFd(4, trigger, resample)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(linux.open).isEmpty();
    }

    private static List<String> callsWithoutFault() throws Exception {
        FakeKvm linux = new FakeKvm();
        use(linux);
        assertThat(linux.open).isEmpty();
        assertThat(linux.shared).isNull();
        return linux.calls;
    }

    @Test
    void withoutAFaultEveryCallIsMade() throws Exception {
        assertThat(callsWithoutFault())
                .contains("open /dev/kvm", "mmap", "gettid", "sigprocmask", "ioctl 0xae80", "ioctl 0x4020aeae")
                .hasSizeGreaterThan(30);
    }

    @TestFactory
    Stream<DynamicTest> aFailureIsATypedErrorAndLeavesNothing() throws Exception {
        List<String> calls = callsWithoutFault();
        return IntStream.range(0, calls.size())
                .boxed()
                .flatMap(i -> Stream.of(Errno.values())
                        .filter(errno -> errno != Errno.UNKNOWN)
                        .filter(errno -> errno != Errno.EINTR || !calls.get(i).equals("ioctl 0xae80"))
                        .map(errno -> dynamicTest(calls.get(i) + " (call " + i + ") " + errno, () -> {
                            FakeKvm linux = new FakeKvm().fail(i, errno);

                            assertThatThrownBy(() -> use(linux))
                                    .satisfiesAnyOf(
                                            thrown -> isExplained(thrown, errno),
                                            // close() has no checked exception.
                                            thrown -> isExplained(
                                                    assertThat(thrown)
                                                            .isInstanceOf(UncheckedIOException.class)
                                                            .actual()
                                                            .getCause(),
                                                    errno));
                            assertThat(linux.open).isEmpty();
                            assertThat(linux.shared).isNull();
                        })));
    }

    private static void isExplained(Throwable thrown, Errno errno) {
        assertThat(thrown).isInstanceOfSatisfying(VfioException.class, e -> {
            assertThat(e.errno()).isEqualTo(errno);
            assertThat(e.getMessage()).startsWith(e.step().call());
            assertThat(e.meaning()).isNotBlank();
            assertThat(e.remedy()).isNotBlank();
        });
    }

    @Test
    void anotherVersionOfTheApiIsRefused() {
        FakeKvm linux = new FakeKvm();
        FakeKvm other = new FakeKvm() {
            @Override
            public int ioctl(int fd, int request, long argument) {
                return 11;
            }
        };
        assertThatThrownBy(() -> Kvm.open(other))
                .isInstanceOf(KernelReplyException.class)
                .hasMessageContaining("version 11");
        assertThat(other.open).isEmpty();
        assertThat(linux.calls).isEmpty();
    }
}
