// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.vfio4j.linux.Errno;

/** Whichever call fails and with whatever error: a typed error, and no descriptor left. */
class FaultInjectionTest {
    private static List<String> callsWithoutFault() throws Exception {
        FakeVfio linux = new FakeVfio();
        FakeVfio.inspect(linux);
        assertThat(linux.open).isEmpty();
        return linux.calls;
    }

    @Test
    void withoutAFaultEveryCallIsMade() throws Exception {
        assertThat(callsWithoutFault())
                .containsExactly(
                        "open /dev/vfio/vfio",
                        "ioctl 0x3b64",
                        "open /dev/vfio/7",
                        "ioctl 0x3b67",
                        "ioctl 0x3b65",
                        "ioctl 0x3b68",
                        "ioctl 0x3b66",
                        "ioctl 0x3b6a",
                        "ioctl 0x3b6b",
                        "ioctl 0x3b6c",
                        "ioctl 0x3b6c",
                        "ioctl 0x3b6d",
                        "ioctl 0x3b6f",
                        "ioctl 0x3b6c",
                        "pread 0x4",
                        "ioctl 0x3b6c",
                        "pwrite 0x4",
                        "close fff51000.ethernet",
                        "ioctl 0x3b69",
                        "close /dev/vfio/7",
                        "close /dev/vfio/vfio");
    }

    @TestFactory
    Stream<DynamicTest> aFailureIsATypedErrorAndLeavesNoDescriptor() throws Exception {
        List<String> calls = callsWithoutFault();
        return IntStream.range(0, calls.size())
                .filter(i -> !calls.get(i).startsWith("close"))
                .boxed()
                .flatMap(i -> Stream.of(Errno.values())
                        .filter(errno -> errno != Errno.UNKNOWN)
                        .map(errno -> dynamicTest(calls.get(i) + " (call " + i + ") " + errno, () -> {
                            FakeVfio linux = new FakeVfio().fail(i, errno);

                            assertThatThrownBy(() -> FakeVfio.inspect(linux))
                                    .isInstanceOfSatisfying(VfioException.class, e -> {
                                        assertThat(e.errno()).isEqualTo(errno);
                                        assertThat(e.getMessage())
                                                .startsWith(e.step().call());
                                        assertThat(e.meaning()).isNotBlank();
                                        assertThat(e.remedy()).isNotBlank();
                                    });
                            assertThat(linux.open).isEmpty();
                        })));
    }

    @TestFactory
    Stream<DynamicTest> aCloseThatFailsIsACloseAllTheSame() throws Exception {
        List<String> calls = callsWithoutFault();
        return IntStream.range(0, calls.size())
                .filter(i -> calls.get(i).startsWith("close"))
                .boxed()
                .flatMap(i -> Stream.of(Errno.EIO, Errno.EINTR, Errno.ENOSPC, Errno.EDQUOT)
                        .map(errno -> dynamicTest(calls.get(i) + " " + errno, () -> {
                            FakeVfio linux = new FakeVfio().fail(i, errno);

                            FakeVfio.inspect(linux);

                            assertThat(linux.open).isEmpty();
                            assertThat(linux.calls).isEqualTo(calls);
                        })));
    }

    @TestFactory
    Stream<DynamicTest> aDescriptorThatSomeoneElseClosedIsReportedAndTheOthersAreClosed() throws Exception {
        List<String> calls = callsWithoutFault();
        return IntStream.range(0, calls.size())
                .filter(i -> calls.get(i).startsWith("close"))
                .mapToObj(i -> dynamicTest(calls.get(i), () -> {
                    FakeVfio linux = new FakeVfio().fail(i, Errno.EBADF);

                    assertThatThrownBy(() -> FakeVfio.inspect(linux))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("closed by someone else");

                    assertThat(linux.open).isEmpty();
                }));
    }
}
