// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.invocation.InvocationOnMock;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Every system call of open, inspect and close fails in turn, with each of a set of errors. */
class InspectionFaultTest {
    private static final Set<String> FAILING = Set.of("open", "close", "ioctl");

    private final SimulatedBoard board = SimulatedBoard.proposal();
    private final List<String> calls = new ArrayList<>();
    private int failAt = -1;
    private int errno;

    private final LinuxSyscalls faulty =
            mock(LinuxSyscalls.class, withSettings().stubOnly().defaultAnswer(this::answer));

    private Object answer(InvocationOnMock call) throws Throwable {
        String name = call.getMethod().getName();
        boolean fails = FAILING.contains(name) && calls.size() == failAt;
        if (FAILING.contains(name)) {
            calls.add(name);
        }
        // close(2) that fails has closed all the same.
        if (fails && !name.equals("close")) {
            return -errno;
        }
        try {
            Object result = call.getMethod().invoke(board.syscalls(), call.getArguments());
            return fails ? -errno : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Inspection inspect() throws IOException {
        calls.clear();
        SysfsDevice dma = new PlatformBus(board.files()).find("/soc@ffe000000/dma@101300");
        return new Inspector(() -> faulty, board.files()).inspect(dma, InspectionRequest.of(MappingPolicy.PROPOSAL));
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {
                "EPERM", "ENOENT", "EIO", "EBADF", "ENOMEM", "EACCES", "EFAULT", "EBUSY", "ENODEV", "EINVAL", "EMFILE",
                "ENOTTY", "ENOSPC", "ENOSYS"
            })
    void each_failing_call_is_a_typed_error_and_leaves_nothing_open(Errno error) throws IOException {
        failAt = -1;
        Inspection faultless = inspect();
        assertThat(faultless.source()).isEqualTo(MappingSource.DEVTREE_INFO);
        List<String> sequence = List.copyOf(calls);
        assertThat(sequence).contains("open", "ioctl", "close").hasSizeGreaterThan(14);

        errno = error.number();
        for (failAt = 0; failAt < sequence.size(); failAt++) {
            String what = "call " + failAt + " (" + sequence.get(failAt) + ") with " + error;
            try {
                Inspection inspection = inspect();
                boolean closing = sequence.get(failAt).equals("close");
                boolean unknownIoctl = error == Errno.ENOTTY && inspection.source() == MappingSource.LIVE_TREE;
                // Whoever may not open the container or the group may open the device's own file.
                boolean forbidden =
                        error == Errno.EACCES && sequence.get(failAt).equals("open");
                if (!closing && !unknownIoctl && !forbidden) {
                    fail(what + " went unnoticed");
                }
            } catch (KernelReplyException senseless) {
                // A buffer that is too small, and a size that is not larger.
                assertThat(error).as(what).isEqualTo(Errno.ENOSPC);
                assertThat(senseless.step()).as(what).isEqualTo(Step.GET_DEVTREE_INFO);
            } catch (IllegalStateException misuse) {
                // A descriptor of ours that is not open: somebody else's close, which must not be passed over.
                assertThat(sequence.get(failAt)).as(what).isEqualTo("close");
                assertThat(error).as(what).isEqualTo(Errno.EBADF);
            } catch (VfioException refused) {
                assertThat(refused.errno()).as(what).isEqualTo(error);
                assertThat(refused.step()).as(what).isNotNull().isNotEqualTo(Step.RESET);
                assertThat(refused.remedy()).as(what).isNotBlank();
            }
            assertThat(board.openDescriptors()).as(what).isEmpty();
            assertThat(board.mappings()).as(what).isEmpty();
        }
    }
}
