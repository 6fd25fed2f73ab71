// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.Extension;
import org.vfio4j.vfio.Group;
import org.vfio4j.vfio.IommuType;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.PathInfo;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.VfioException;

/** Opening, inspecting and closing a device, with every system call failing in turn with every error number. */
class FaultInjectionTest {
    private static final String DEVICE = "ffe101300.dma";

    private final SimulatedBoard board = SimulatedBoard.proposal();

    /** Every error number, but EINTR, which the seam keeps to itself; and one that no header names. */
    private static final int[] ERRNOS = IntStream.concat(
                    Arrays.stream(Errno.values())
                            .filter(errno -> errno != Errno.UNKNOWN && errno != Errno.EINTR)
                            .mapToInt(Errno::number),
                    IntStream.of(524))
            .toArray();

    private void inspect(LinuxSyscalls linux) throws IOException {
        try (Container container = Container.open(linux);
                Group group = Group.open(linux, new Calls(board).groupFile(DEVICE))) {
            container.hasExtension(Extension.TYPE1_V2);
            group.status();
            group.attach(container);
            container.setIommu(IommuType.TYPE1_V2);
            try (Device device = group.openDevice(DEVICE)) {
                for (int i = 0; i < device.info().regionCount(); i++) {
                    RegionInfo region = device.region(i);
                    device.devtreeInfo(PathInfo.Type.REGION, i);
                    device.readRegion(region, 0, Calls.memory(4));
                    device.writeRegion(region, 0, Calls.memory(4));
                }
                for (int i = 0; i < device.info().irqCount(); i++) {
                    device.irq(i);
                    device.devtreeInfo(PathInfo.Type.IRQ, i);
                }
            }
        }
    }

    private static List<String> callsMade() throws IOException {
        FaultInjectionTest test = new FaultInjectionTest();
        FaultInjectingSyscalls all = new FaultInjectingSyscalls(test.board.syscalls(), -1, 0);
        test.inspect(all.syscalls());
        return all.made();
    }

    @Test
    void theWayIsLongEnoughToMeanSomething() throws Exception {
        assertThat(callsMade())
                .contains("open", "ioctl", "pread", "pwrite", "close")
                .hasSizeGreaterThan(20);
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
            Throwable thrown = catchThrowable(() -> inspect(faulty.syscalls()));
            if (name.equals("close") && errno == Errno.EBADF.number()) {
                // The number was not ours any more: somebody else's mistake, and no answer of the kernel to pass on.
                assertThat(thrown).as(what).isInstanceOf(IllegalStateException.class);
            } else if (name.equals("close")) {
                assertThat(thrown).as(what).isNull();
            } else if (thrown instanceof KernelReplyException) {
                // ENOSPC is the beginning of an answer to GET_DEVTREE_INFO, and here nothing follows.
                assertThat(errno).as(what).isEqualTo(Errno.ENOSPC.number());
            } else {
                assertThat(thrown)
                        .as(what)
                        .isInstanceOfSatisfying(
                                VfioException.class,
                                failure -> assertThat(failure.errorNumber()).isEqualTo(errno));
            }
            assertThat(board.openDescriptors()).as(what).isEmpty();
            assertThat(board.mappings()).as(what).isEmpty();
            assertThatCode(() -> inspect(board.syscalls()))
                    .as("the next try after " + what)
                    .doesNotThrowAnyException();
        }
    }
}
