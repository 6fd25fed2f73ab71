// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.AdditionalAnswers;
import org.mockito.ArgumentMatchers;
import org.mockito.Mockito;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmDevice;
import org.vfio4j.kvm.KvmDeviceType;
import org.vfio4j.kvm.VfioAttributes;
import org.vfio4j.kvm.VgicV3;
import org.vfio4j.kvm.Vm;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.VfioException;

/** Devices of a VM made, asked, set, got and closed, with every system call failing in turn with every error number. */
class KvmFaultInjectionTest {
    private final SimulatedBoard board =
            SimulatedBoard.builder(KvmTree.of(KvmTree.V3)).build();

    /** Every error number, but EINTR, which the seam keeps to itself; and one that no header names. */
    private static final int[] ERRNOS = IntStream.concat(
                    Arrays.stream(Errno.values())
                            .filter(errno -> errno != Errno.UNKNOWN && errno != Errno.EINTR)
                            .mapToInt(Errno::number),
                    IntStream.of(524))
            .toArray();

    private static void configure(LinuxSyscalls linux) throws IOException {
        try (Kvm kvm = Kvm.open(linux);
                Vm vm = kvm.createVm()) {
            require(vm.supports(KvmDeviceType.VFIO));
            try (KvmDevice vfio = vm.createDevice(KvmDeviceType.VFIO)) {
                require(vfio.attributes().has(VfioAttributes.FILE_ADD));
            }
            vm.createVcpu(0);
            try (VgicV3 gic = new VgicV3(vm.createDevice(KvmDeviceType.VGIC_V3))) {
                gic.setIrqCount(64);
                gic.setDistributor(0x800_0000L);
                gic.setRedistributors(0x80a_0000L);
                gic.initialize();
                require(gic.irqCount() == 64);
                gic.device().attributes().setRaw(0, 4, 0, null);
                gic.device().attributes().getRaw(0, 3, 0, Calls.memory(4));
            }
        }
    }

    /** "No" is an answer of supports() and has(), and so no failure of theirs. */
    private static void require(boolean answer) {
        if (!answer) {
            throw new No();
        }
    }

    private static final class No extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static List<String> callsMade() throws IOException {
        KvmFaultInjectionTest test = new KvmFaultInjectionTest();
        FaultInjectingSyscalls all = new FaultInjectingSyscalls(test.board.syscalls(), -1, 0);
        configure(all.syscalls());
        return all.made();
    }

    @Test
    void theWayIsLongEnoughToMeanSomething() throws Exception {
        assertThat(callsMade()).contains("open", "ioctl", "mmap", "close").hasSizeGreaterThan(20);
    }

    static Stream<Integer> calls() throws IOException {
        return IntStream.range(0, callsMade().size()).boxed();
    }

    @ParameterizedTest(name = "call {0}")
    @MethodSource("calls")
    void aCallThatFailsIsATypedErrorAndLeavesNothingBehind(int call) throws Exception {
        String name = callsMade().get(call);
        for (int errno : ERRNOS) {
            String what = name + " fails with " + Errno.symbolOf(errno);
            FaultInjectingSyscalls faulty = new FaultInjectingSyscalls(board.syscalls(), call, errno);
            Throwable thrown = catchThrowable(() -> configure(faulty.syscalls()));
            if (name.equals("close") && errno == Errno.EBADF.number()) {
                // The number was not ours any more: somebody else's mistake, and no answer of the kernel to pass on.
                assertThat(thrown).as(what).isInstanceOf(IllegalStateException.class);
            } else if (name.equals("close") || name.equals("munmap")) {
                assertThat(thrown).as(what).isNull();
            } else if (thrown instanceof No) {
                assertThat(errno).as(what).isIn(Errno.ENODEV.number(), Errno.ENXIO.number());
            } else {
                assertThat(thrown).as(what).isInstanceOfSatisfying(VfioException.class, failure -> {
                    assertThat(failure.errorNumber()).isEqualTo(errno);
                    assertThat(failure.meaning()).isNotBlank();
                    assertThat(failure.remedy()).isNotBlank();
                });
            }
            assertThat(board.openDescriptors()).as(what).isEmpty();
            assertThatCode(() -> configure(board.syscalls()))
                    .as("the next try after " + what)
                    .doesNotThrowAnyException();
        }
    }

    /** As rust-vmm's wrapper did: 0, which a test leaves in the structure, would be standard input. */
    @Test
    void aSuccessWithoutADescriptorIsNoDevice() throws Exception {
        LinuxSyscalls linux = Mockito.mock(LinuxSyscalls.class, AdditionalAnswers.delegatesTo(board.syscalls()));
        Mockito.doReturn(0)
                .when(linux)
                .ioctl(
                        ArgumentMatchers.anyInt(),
                        ArgumentMatchers.eq(KvmIoctl.KVM_CREATE_DEVICE),
                        ArgumentMatchers.any(ByteBuffer.class));
        try (Kvm kvm = Kvm.open(linux);
                Vm vm = kvm.createVm()) {
            assertThat(vm.supports(KvmDeviceType.VFIO)).isTrue();
            assertThatThrownBy(() -> vm.createDevice(KvmDeviceType.VFIO))
                    .isInstanceOf(KernelReplyException.class)
                    .hasMessageContaining("descriptor -1");
        }
        Mockito.verify(linux, Mockito.never()).close(0);
        assertThat(board.openDescriptors()).isEmpty();
    }
}
