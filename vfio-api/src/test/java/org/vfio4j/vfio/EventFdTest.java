// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;

/** eventfd(2) of this machine, and what a kernel could say that this one does not. */
@Timeout(60)
class EventFdTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final LinuxSyscalls linux = LinuxSyscalls.ofMachine();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static ByteBuffer number(long value) {
        return ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putLong(0, value);
    }

    @Test
    void itCounts() throws Exception {
        try (EventFd event = EventFd.create(linux, "event")) {
            assertThat(event.take()).isZero();
            assertThat(event.await(Duration.ZERO)).isZero();
            assertThat(event.await(Duration.ofSeconds(-1))).isZero();
            event.signal();
            event.signal();
            event.signal();
            assertThat(event.await(LONG)).isEqualTo(3);
            assertThat(event.take()).isZero();
            event.signal();
            assertThat(event.take()).isOne();
        }
    }

    @Test
    void aFullCountTakesNoMoreAndIsTakenWhole() throws Exception {
        try (EventFd event = EventFd.create(linux, "event")) {
            event.descriptor().write(number(-2));
            assertThatThrownBy(event::signal).isInstanceOfSatisfying(VfioException.class, refused -> {
                assertThat(refused.step()).isEqualTo(Step.WRITE_EVENTFD);
                assertThat(refused.errno()).isEqualTo(Errno.EAGAIN);
                assertThat(refused.subject()).isEqualTo("event");
            });
            assertThat(event.take()).as("unsigned").isEqualTo(-2);
        }
    }

    @Test
    void aWaitEndsWithTheTimeAndNotBefore() throws Exception {
        try (EventFd event = EventFd.create(linux, "event")) {
            long start = System.nanoTime();
            assertThat(event.await(Duration.ofNanos(20_000_001))).isZero();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_001);
        }
    }

    @Test
    void aWaitEndsWithASignal() throws Exception {
        try (EventFd event = EventFd.create(linux, "event")) {
            Future<Long> waiting = threads.submit(() -> event.await(Duration.ofSeconds(Long.MAX_VALUE)));
            Thread.sleep(20);
            event.signal();
            assertThat(waiting.get(30, TimeUnit.SECONDS)).isOne();
        }
    }

    @Test
    void closedItRefuses() throws Exception {
        EventFd event = EventFd.create(linux, "event");
        event.close();
        event.close();
        assertThat(event.isClosed()).isTrue();
        assertThatThrownBy(event::signal)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("event is closed");
        assertThatThrownBy(event::take).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> event.await(LONG)).isInstanceOf(IllegalStateException.class);
    }

    /** Also while somebody else takes what is to wake them. */
    @RepeatedTest(200)
    void closingEndsEveryWait() throws Exception {
        EventFd event = EventFd.create(linux, "event");
        CountDownLatch begun = new CountDownLatch(3);
        Future<?> thief = threads.submit(() -> {
            while (true) {
                event.take();
            }
        });
        List<Future<Long>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(threads.submit(() -> {
                begun.countDown();
                return event.await(LONG);
            }));
        }
        begun.await();
        event.close();
        for (Future<Long> one : waiting) {
            assertThatThrownBy(() -> one.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("event is closed");
        }
        assertThatThrownBy(thief::get).cause().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nobodyIsWokenWhereNobodyWaits() throws Exception {
        LinuxSyscalls fake = mock(LinuxSyscalls.class);
        when(fake.eventfd(anyInt(), anyInt())).thenReturn(5);
        EventFd.create(fake, "event").close();
        verify(fake, never()).write(anyInt(), any());
        verify(fake).close(5);
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EINTR", "UNKNOWN", "EAGAIN"},
            mode = EnumSource.Mode.EXCLUDE)
    void whatTheKernelRefusesIsATypedError(Errno errno) throws Exception {
        LinuxSyscalls fake = mock(LinuxSyscalls.class);
        int failure = -errno.number();
        when(fake.eventfd(anyInt(), anyInt())).thenReturn(failure).thenReturn(5);
        isRefused(() -> EventFd.create(fake, "event"), Step.EVENTFD, errno);
        EventFd event = EventFd.create(fake, "event");
        when(fake.write(anyInt(), any())).thenReturn(failure);
        isRefused(event::signal, Step.WRITE_EVENTFD, errno);
        when(fake.read(anyInt(), any())).thenReturn(failure);
        isRefused(event::take, Step.READ_EVENTFD, errno);
        isRefused(() -> event.await(LONG), Step.READ_EVENTFD, errno);
        when(fake.read(anyInt(), any())).thenReturn(-Errno.EAGAIN.number());
        when(fake.poll(any(), anyInt())).thenReturn(failure);
        isRefused(() -> event.await(LONG), Step.POLL, errno);
        try (EventPoll poll = EventPoll.of(fake, "events", List.of(event))) {
            isRefused(() -> poll.await(-1), Step.POLL, errno);
        }
        event.close();
        verify(fake).close(5);
    }

    private interface Call {
        void make() throws Exception;
    }

    private static void isRefused(Call call, Step step, Errno errno) {
        assertThatThrownBy(call::make).isInstanceOfSatisfying(VfioException.class, refused -> {
            assertThat(refused.step()).isEqualTo(step);
            assertThat(refused.errno()).isEqualTo(errno);
            assertThat(refused.remedy()).isNotBlank();
        });
    }

    @Test
    void severalAreWaitedForAtOnce() throws Exception {
        try (EventFd left = EventFd.create(linux, "left");
                EventFd right = EventFd.create(linux, "right");
                EventPoll poll = EventPoll.of(linux, "both", List.of(left, right))) {
            assertThat(poll.await(0)).isZero();
            right.signal();
            assertThat(poll.await(-1)).isOne();
            assertThat(poll.isReady(0)).isFalse();
            assertThat(poll.isReady(1)).isTrue();
            left.signal();
            assertThat(poll.await(-1)).isEqualTo(2);
            left.take();
            right.take();
            assertThat(poll.await(1)).isZero();
            assertThat(poll.isReady(1)).isFalse();
        }
    }

    /** The number of a closed one may not become a stranger's while it is waited for. */
    @Test
    void aClosedOneKeepsItsNumberUntilTheWaitingEnds() throws Exception {
        LinuxSyscalls fake = mock(LinuxSyscalls.class);
        when(fake.eventfd(anyInt(), anyInt())).thenReturn(5);
        EventFd event = EventFd.create(fake, "event");
        EventPoll poll = EventPoll.of(fake, "events", List.of(event));
        event.close();
        verify(fake, never()).close(anyInt());
        poll.close();
        poll.close();
        verify(fake).close(5);
    }

    @Test
    void aClosedOneIsNotWaitedForAndTheOthersAreLetGo() throws Exception {
        LinuxSyscalls fake = mock(LinuxSyscalls.class);
        when(fake.eventfd(anyInt(), anyInt())).thenReturn(5).thenReturn(6);
        EventFd open = EventFd.create(fake, "open");
        EventFd closed = EventFd.create(fake, "closed");
        closed.close();
        assertThatThrownBy(() -> EventPoll.of(fake, "events", List.of(open, closed)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("closed is closed");
        open.close();
        verify(fake).close(5);
    }
}
