// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.invocation.InvocationOnMock;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Every system call of an interrupt's life fails in turn: a typed error, and nothing is left. */
@Timeout(120)
class InterruptFaultTest {
    private static final Set<String> FAILING = Set.of("close", "ioctl", "eventfd", "read", "write", "poll");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final IrqBoard board = new IrqBoard();
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final LinuxSyscalls faulty =
            mock(LinuxSyscalls.class, withSettings().stubOnly().defaultAnswer(this::answer));
    private volatile Predicate<String> fails = name -> false;
    private volatile Errno error;

    private Object answer(InvocationOnMock call) throws Throwable {
        String name = call.getMethod().getName();
        boolean failing = FAILING.contains(name) && fails.test(name);
        if (FAILING.contains(name)) {
            calls.add(name);
        }
        // close(2) that fails has closed all the same.
        if (failing && !name.equals("close")) {
            return -error.number();
        }
        try {
            Object result = call.getMethod().invoke(board.board.syscalls(), call.getArguments());
            return failing ? -error.number() : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Every call of an interrupt, with its two kinds. */
    private void live(PlatformDevice timer) throws Exception {
        try (Interrupt tick = timer.interrupt(0);
                Interrupt overflow = timer.interrupt(1);
                EventFd resample = EventFd.create(faulty, "resample")) {
            assertThat(tick.await(Duration.ofNanos(1))).isZero();
            tick.fire();
            assertThat(tick.await(LONG)).isOne();
            tick.mask();
            tick.unmask();
            tick.unmaskOn(resample);
            resample.signal();
            tick.stopUnmaskOn();
            board.edge.pulse();
            assertThat(overflow.await(LONG)).isOne();
            tick.unmaskOn(resample);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            // EAGAIN of an eventfd is no failure, and EINTR never comes.
            names = {
                "EPERM", "EIO", "EBADF", "ENOMEM", "EFAULT", "EBUSY", "ENODEV", "EINVAL", "EMFILE", "ENOTTY", "ENOSPC"
            })
    void eachCallThatFailsIsATypedErrorAndNothingIsLeft(Errno with) throws Exception {
        error = with;
        Map<Integer, String> before;
        List<String> faultless;
        try (PlatformDevice timer = board.open(faulty, IrqBoard.TIMER)) {
            before = board.board.openDescriptors();
            calls.clear();
            live(timer);
            faultless = List.copyOf(calls);
            assertThat(faultless)
                    .contains("ioctl", "eventfd", "read", "write", "poll", "close")
                    .hasSizeGreaterThan(20);

            for (int i = 0; i < faultless.size(); i++) {
                int failing = i;
                String name = faultless.get(i);
                String what = "call " + i + " (" + name + ") with " + with;
                calls.clear();
                fails = call -> calls.size() == failing;
                Throwable thrown = catchThrowable(() -> live(timer));
                fails = call -> false;
                if (thrown == null) {
                    // What close(2) says is of no use.
                    assertThat(name).as(what).isEqualTo("close");
                } else if (thrown instanceof IllegalStateException) {
                    assertThat(name).as(what).isEqualTo("close");
                    assertThat(with).as(what).isEqualTo(Errno.EBADF);
                } else {
                    Throwable refused = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
                    assertThat(refused).as(what).isInstanceOfSatisfying(VfioException.class, typed -> {
                        assertThat(typed.errno()).isEqualTo(with);
                        assertThat(typed.step().call()).contains(name.equals("ioctl") ? "IRQ" : name);
                        assertThat(typed.remedy()).isNotBlank();
                    });
                }
                assertThat(board.board.openDescriptors()).as(what).isEqualTo(before);
                live(timer);
            }
        }
        assertThat(board.board.openDescriptors()).isEmpty();
    }

    /** The thread that waits tells the program, and another handler begins with a new one. */
    @ParameterizedTest
    @CsvSource({"poll, ENOMEM, POLL", "read, EIO, READ_EVENTFD"})
    void aWaitThatFailsEndsTheHandlersAloud(String call, Errno with, Step step) throws Exception {
        BlockingQueue<Object> happened = new LinkedBlockingQueue<>();
        try (PlatformDevice timer = board.open(faulty, IrqBoard.TIMER)) {
            Interrupt overflow = timer.interrupt(1);
            overflow.onInterrupt(happened::add, (thread, thrown) -> happened.add(thrown));
            board.edge.pulse();
            assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo(1L);
            error = with;
            fails = name -> name.equals(call);
            board.edge.pulse();
            Object thrown = happened.poll(30, TimeUnit.SECONDS);
            if (thrown instanceof Long) {
                // The wait before the failing one had begun already.
                board.edge.pulse();
                thrown = happened.poll(30, TimeUnit.SECONDS);
            }
            assertThat(thrown).isInstanceOfSatisfying(VfioException.class, refused -> {
                assertThat(refused.step()).isEqualTo(step);
                assertThat(refused.errno()).isEqualTo(with);
            });
            fails = name -> false;
            overflow.await(Duration.ZERO);
            overflow.onInterrupt(happened::add);
            board.edge.pulse();
            assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo(1L);
        }
        awaitNoDescriptors();
    }

    @Test
    void anUnmaskThatFailsEndsTheHandlerAloud() throws Exception {
        BlockingQueue<Object> happened = new LinkedBlockingQueue<>();
        try (PlatformDevice timer = board.open(faulty, IrqBoard.TIMER)) {
            Interrupt tick = timer.interrupt(0);
            tick.onInterrupt(
                    count -> {
                        error = Errno.EIO;
                        fails = name -> name.equals("ioctl");
                    },
                    (thread, thrown) -> happened.add(thrown));
            board.level.raise();
            assertThat(happened.poll(30, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            VfioException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.EIO));
            fails = name -> false;
            assertThat(tick.await(LONG))
                    .as("still masked and raised, and unmasked by the wait")
                    .isOne();
        }
        awaitNoDescriptors();
    }

    @ParameterizedTest
    @CsvSource({"eventfd, EMFILE, EVENTFD", "write, EIO, WRITE_EVENTFD"})
    void aHandlerThatCannotBeAddedIsATypedErrorAndTheOthersStay(String call, Errno with, Step step) throws Exception {
        BlockingQueue<Object> happened = new LinkedBlockingQueue<>();
        try (PlatformDevice timer = board.open(faulty, IrqBoard.TIMER)) {
            Interrupt overflow = timer.interrupt(1);
            Interrupt both = timer.interrupt(2);
            if (call.equals("write")) {
                overflow.onInterrupt(happened::add);
            }
            error = with;
            fails = name -> name.equals(call);
            assertThatThrownBy(() -> both.onInterrupt(happened::add))
                    .isInstanceOfSatisfying(
                            VfioException.class,
                            refused -> assertThat(refused.step()).isEqualTo(step));
            fails = name -> false;
            both.onInterrupt(happened::add);
            board.both.raise();
            assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo(1L);
        }
        awaitNoDescriptors();
    }

    private void awaitNoDescriptors() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!board.board.openDescriptors().isEmpty() && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        assertThat(board.board.openDescriptors()).isEmpty();
    }
}
