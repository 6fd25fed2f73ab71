// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class FileDescriptorTest {
    private static final ByteBuffer BUFFER = ByteBuffer.allocateDirect(4);

    private final LinuxSyscalls linux = mock(LinuxSyscalls.class);
    private final FileDescriptor descriptor = FileDescriptor.owning(linux, 5, "/dev/vfio/vfio");

    private interface Call {
        int make(FileDescriptor descriptor);
    }

    private static Stream<Arguments> calls() {
        return Stream.of(
                call("ioctl with a number", fd -> fd.ioctl(1, 2)),
                call("ioctl with a structure", fd -> fd.ioctl(1, BUFFER)),
                call("read", fd -> fd.read(BUFFER)),
                call("write", fd -> fd.write(BUFFER)),
                call("pread", fd -> fd.pread(BUFFER, 1L << 40)),
                call("pwrite", fd -> fd.pwrite(BUFFER, 1L << 40)),
                call("poll", fd -> fd.poll(BUFFER, 7)),
                call("use", fd -> fd.use(number -> number == 5 ? -9 : 0)));
    }

    private static Arguments call(String name, Call call) {
        return Arguments.argumentSet(name, call);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aCallIsMadeOnTheNumberAndItsResultReturned(Call call) {
        when(linux.ioctl(5, 1, 2)).thenReturn(-9);
        when(linux.ioctl(5, 1, BUFFER)).thenReturn(-9);
        when(linux.read(5, BUFFER)).thenReturn(-9);
        when(linux.write(5, BUFFER)).thenReturn(-9);
        when(linux.pread(5, BUFFER, 1L << 40)).thenReturn(-9);
        when(linux.pwrite(5, BUFFER, 1L << 40)).thenReturn(-9);
        when(linux.poll(BUFFER, 7)).thenReturn(-9);

        assertThat(call.make(descriptor)).isEqualTo(-9);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aCallAfterCloseIsRefusedAndNotMade(Call call) {
        descriptor.close();

        assertThatThrownBy(() -> call.make(descriptor))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("/dev/vfio/vfio is closed");

        verify(linux).close(5);
        verifyNoMoreInteractions(linux);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aCallThatThrowsIsOver(Call call) {
        RuntimeException failure = new IllegalArgumentException("heap buffer");
        when(linux.ioctl(anyInt(), anyInt(), anyLong())).thenThrow(failure);
        when(linux.ioctl(anyInt(), anyInt(), any(ByteBuffer.class))).thenThrow(failure);
        when(linux.read(anyInt(), any())).thenThrow(failure);
        when(linux.write(anyInt(), any())).thenThrow(failure);
        when(linux.pread(anyInt(), any(), anyLong())).thenThrow(failure);
        when(linux.pwrite(anyInt(), any(), anyLong())).thenThrow(failure);
        try {
            call.make(descriptor);
        } catch (IllegalArgumentException e) {
            assertThat(e).isSameAs(failure);
        }

        descriptor.close();

        verify(linux).close(5);
    }

    @Test
    void closingAgainDoesNothing() {
        descriptor.close();
        descriptor.close();

        verify(linux, times(1)).close(5);
        assertThat(descriptor.isClosed()).isTrue();
        assertThat(descriptor).hasToString("/dev/vfio/vfio (descriptor 5, closed)");
    }

    @Test
    void theNumberIsGivenBackWhenTheLastCallHasReturned() throws Exception {
        CountDownLatch inCall = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        when(linux.read(5, BUFFER)).thenAnswer(call -> {
            inCall.countDown();
            goOn.await();
            verify(linux, never()).close(5);
            return 4;
        });
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<Integer>> reads =
                List.of(threads.submit(() -> descriptor.read(BUFFER)), threads.submit(() -> descriptor.read(BUFFER)));
        inCall.await();

        descriptor.close();

        verify(linux, never()).close(5);
        assertThatThrownBy(() -> descriptor.read(BUFFER)).isInstanceOf(IllegalStateException.class);
        verify(linux, never()).close(5);
        goOn.countDown();
        for (Future<Integer> read : reads) {
            assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(4);
        }
        verify(linux, times(1)).close(5);
        threads.shutdown();
    }

    @RepeatedTest(20)
    void noCallIsMadeOnANumberThatWasGivenBack() throws Exception {
        AtomicBoolean open = new AtomicBoolean(true);
        AtomicInteger strangers = new AtomicInteger();
        AtomicInteger closes = new AtomicInteger();
        when(linux.close(5)).thenAnswer(call -> {
            open.set(false);
            return -closes.getAndIncrement();
        });
        FileDescriptor raced = FileDescriptor.owning(linux, 5, "file");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch busy = new CountDownLatch(3);
        List<Future<?>> users = IntStream.range(0, 3)
                .<Future<?>>mapToObj(i -> threads.submit(() -> {
                    for (int n = 0; ; n++) {
                        try {
                            raced.use(number -> open.get() ? 0 : strangers.incrementAndGet());
                        } catch (IllegalStateException closed) {
                            busy.countDown();
                            return;
                        }
                        if (n == 100) {
                            busy.countDown();
                        }
                    }
                }))
                .toList();
        busy.await();
        Future<?> other = threads.submit(raced::close);
        raced.close();
        other.get(10, TimeUnit.SECONDS);
        for (Future<?> user : users) {
            user.get(10, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(strangers).hasValue(0);
        assertThat(closes).hasValue(1);
    }

    @Test
    void anErrorOfCloseIsOfNoUseButForEbadf() {
        when(linux.close(5)).thenReturn(-Errno.EIO.number());
        descriptor.close();

        when(linux.close(6)).thenReturn(-Errno.EBADF.number());
        FileDescriptor stolen = FileDescriptor.owning(linux, 6, "/dev/vfio/7");
        assertThatThrownBy(stolen::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("/dev/vfio/7 (descriptor 6, closed) was closed by someone else");
    }

    @Test
    void anErrorIsNoDescriptor() {
        assertThatThrownBy(() -> FileDescriptor.owning(linux, -2, "file"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-2");
    }
}
