// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.stubbing.Answer;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The structures that VFIO_DEVICE_SET_IRQS gets, and what its errors mean. */
class IrqControlTest {
    /** DATA_BOOL and ACTION_TRIGGER, and a byte of 0: what asks and changes nothing. */
    private static final String QUESTION = "21 34 3 0 1 0";

    private final LinuxSyscalls linux = mock(LinuxSyscalls.class);
    private final List<String> sets = new ArrayList<>();
    private final Device device = new Device(FileDescriptor.owning(linux, 7, "fff51000.ethernet"), closed -> {});
    private final IrqControl control = device.irqControl(3);
    private EventFd event;

    @BeforeEach
    void answer() throws VfioException {
        when(linux.eventfd(anyInt(), anyInt())).thenReturn(5);
        event = EventFd.create(linux, "event");
        answerWith(0, 0);
    }

    /** What a call and the question get. */
    private void answerWith(int result, int toQuestion) {
        Answer<Integer> answer = call -> {
            String set = words(call.getArgument(2));
            sets.add(set);
            return set.equals(QUESTION) ? toQuestion : result;
        };
        when(linux.ioctl(eq(7), eq(VfioIoctl.VFIO_DEVICE_SET_IRQS), any(ByteBuffer.class)))
                .thenAnswer(answer);
    }

    /** argsz, flags, index, start, count, and the data. */
    private static String words(ByteBuffer set) {
        ByteBuffer words = set.slice().order(ByteOrder.nativeOrder());
        String head =
                IntStream.range(0, 5).mapToObj(i -> "" + words.getInt(4 * i)).collect(Collectors.joining(" "));
        assertThat(words.getInt(0)).as("argsz").isEqualTo(words.limit());
        return switch (words.limit()) {
            case 20 -> head;
            case 21 -> head + " " + words.get(20);
            default -> head + " " + words.getInt(20);
        };
    }

    private interface Call {
        void make(IrqControl control, EventFd event) throws VfioException;
    }

    private static Arguments call(String name, Call call, String set) {
        return Arguments.argumentSet(name, call, set);
    }

    static Stream<Arguments> calls() {
        return Stream.of(
                call("set trigger", (irq, event) -> irq.setTrigger(event), "24 36 3 0 1 5"),
                call("remove trigger", (irq, event) -> irq.removeTrigger(), "24 36 3 0 1 -1"),
                call("tear down", (irq, event) -> irq.tearDown(), "20 33 3 0 0"),
                call("fire", (irq, event) -> irq.fire(), "20 33 3 0 1"),
                call("mask", (irq, event) -> irq.mask(), "20 9 3 0 1"),
                call("unmask", (irq, event) -> irq.unmask(), "20 17 3 0 1"),
                call("set mask eventfd", (irq, event) -> irq.setMaskEventFd(event), "24 12 3 0 1 5"),
                call("remove mask eventfd", (irq, event) -> irq.removeMaskEventFd(), "24 12 3 0 1 -1"),
                call("set unmask eventfd", (irq, event) -> irq.setUnmaskEventFd(event), "24 20 3 0 1 5"),
                call("remove unmask eventfd", (irq, event) -> irq.removeUnmaskEventFd(), "24 20 3 0 1 -1"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void eachMethodIsOneCall(Call call, String set) throws Exception {
        call.make(control, event);
        call.make(control, event);
        assertThat(sets).containsExactly(set, set);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aClosedDeviceOrEventfdIsMisuse(Call call, String set) {
        device.close();
        assertThatThrownBy(() -> call.make(control, event)).isInstanceOf(IllegalStateException.class);
        assertThat(sets).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void whatIsWrongWithTheCallIsAnErrorOfTheCall(Call call, String set) {
        answerWith(-Errno.EINVAL.number(), 0);
        assertThatThrownBy(() -> call.make(control, event)).isInstanceOfSatisfying(VfioException.class, refused -> {
            assertThat(refused.step()).isEqualTo(Step.SET_IRQS);
            assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
            assertThat(refused.subject()).startsWith("fff51000.ethernet IRQ 3 ");
        });
    }

    /** vfio_platform_set_irqs_ioctl tells of request_irq's error before it looks at the action. */
    @ParameterizedTest
    @MethodSource("calls")
    void whatIsWrongWithTheLineIsAnErrorOfItsRequest(Call call, String set) {
        answerWith(-Errno.EINVAL.number(), -Errno.EINVAL.number());
        assertThatThrownBy(() -> call.make(control, event)).isInstanceOfSatisfying(VfioException.class, refused -> {
            assertThat(refused.step()).isEqualTo(Step.REQUEST_IRQ);
            assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
            assertThat(refused.subject()).isEqualTo("fff51000.ethernet IRQ 3");
            assertThat(refused.remedy()).contains("poll the device");
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EINTR", "UNKNOWN"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyErrorIsTyped(Errno errno) {
        answerWith(-errno.number(), 0);
        assertThatThrownBy(control::unmask).isInstanceOfSatisfying(VfioException.class, refused -> {
            assertThat(refused.errno()).isEqualTo(errno);
            assertThat(refused.meaning()).isNotBlank();
            assertThat(refused.remedy()).isNotBlank();
        });
    }

    /** Before Linux 6.9 the line is requested when a trigger is set. */
    @Test
    void aTriggerIsBusyOnlyWithTheRequest() {
        answerWith(-Errno.EBUSY.number(), 0);
        assertThatThrownBy(() -> control.setTrigger(event))
                .isInstanceOfSatisfying(
                        VfioException.class,
                        refused -> assertThat(refused.step()).isEqualTo(Step.REQUEST_IRQ));
        assertThatThrownBy(() -> control.setUnmaskEventFd(event))
                .isInstanceOfSatisfying(VfioException.class, refused -> {
                    assertThat(refused.step()).isEqualTo(Step.SET_IRQS);
                    assertThat(refused.meaning()).contains("an eventfd for this action already");
                });
    }

    @Test
    void theRequestIsAskedFor() {
        assertThat(control.requestError()).isEmpty();
        answerWith(0, -Errno.EBUSY.number());
        assertThat(control.requestError()).hasValueSatisfying(error -> {
            assertThat(error.step()).isEqualTo(Step.REQUEST_IRQ);
            assertThat(error.errno()).isEqualTo(Errno.EBUSY);
        });
        assertThat(sets).containsExactly(QUESTION, QUESTION);
    }

    @Test
    void anIndexIsNotNegative() {
        assertThatThrownBy(() -> device.irqControl(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(control.index()).isEqualTo(3);
        assertThat(control.name()).isEqualTo("fff51000.ethernet IRQ 3");
    }
}
