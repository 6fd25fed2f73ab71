// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.ArgumentCaptor;
import org.vfio4j.linux.Errno;

/** What becomes of EINTR, with a C library that says it. */
class NativeLinuxRetryTest {
    private static final ByteBuffer BUFFER = ByteBuffer.allocateDirect(8);

    private final Libc libc = mock(Libc.class);
    private final NativeLinux linux = new NativeLinux(libc);

    private interface Call {
        int make(NativeLinux linux);
    }

    private interface Raw {
        Number make(Libc libc);
    }

    private static Stream<Arguments> interruptible() {
        return Stream.of(
                call("open", linux -> linux.open("/dev/null", 0), libc -> libc.open("/dev/null", 0)),
                call("ioctl", linux -> linux.ioctl(3, 4, 5), libc -> libc.ioctl(3, 4, 5)),
                call("read", linux -> linux.read(3, BUFFER), libc -> libc.read(3, BUFFER)),
                call("write", linux -> linux.write(3, BUFFER), libc -> libc.write(3, BUFFER)),
                call("pread", linux -> linux.pread(3, BUFFER, 4), libc -> libc.pread(3, BUFFER, 4)),
                call("pwrite", linux -> linux.pwrite(3, BUFFER, 4), libc -> libc.pwrite(3, BUFFER, 4)));
    }

    private static Arguments call(String name, Call call, Raw raw) {
        return Arguments.argumentSet(name, call, raw);
    }

    @ParameterizedTest
    @MethodSource("interruptible")
    void anInterruptedCallIsMadeAgain(Call call, Raw raw) {
        answer(raw, -1, -1, 7);
        when(libc.errno()).thenReturn(Errno.EINTR.number());

        assertThat(call.make(linux)).isEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource("interruptible")
    void anotherErrorIsReturnedAfterOneCall(Call call, Raw raw) {
        answer(raw, -1, 7);
        when(libc.errno()).thenReturn(Errno.EIO.number());

        assertThat(call.make(linux)).isEqualTo(-Errno.EIO.number());
    }

    @Test
    void anInterruptedCloseIsNotMadeAgain() {
        when(libc.close(3)).thenReturn(-1);
        when(libc.errno()).thenReturn(Errno.EINTR.number());

        assertThat(linux.close(3)).isZero();

        verify(libc, times(1)).close(3);
    }

    @Test
    void anInterruptedPollWaitsForTheRestOfTheTimeOnly() {
        when(libc.errno()).thenReturn(Errno.EINTR.number());
        when(libc.poll(anyLong(), anyLong(), anyInt()))
                .thenAnswer(call -> {
                    Thread.sleep(60);
                    return -1;
                })
                .thenReturn(0);

        assertThat(linux.poll(BUFFER, 100)).isZero();

        ArgumentCaptor<Integer> timeouts = ArgumentCaptor.forClass(Integer.class);
        verify(libc, times(2)).poll(anyLong(), anyLong(), timeouts.capture());
        assertThat(timeouts.getAllValues().get(0)).isEqualTo(100);
        assertThat(timeouts.getAllValues().get(1)).isBetween(0, 40);
    }

    @Test
    void anInterruptedPollWithoutAnEndHasNone() {
        when(libc.errno()).thenReturn(Errno.EINTR.number());
        when(libc.poll(anyLong(), anyLong(), anyInt())).thenReturn(-1, 1);

        assertThat(linux.poll(BUFFER, -1)).isEqualTo(1);

        verify(libc, times(2)).poll(anyLong(), anyLong(), eq(-1));
    }

    @Test
    void theErrorNumberIsReadOnlyAfterAFailure() {
        when(libc.ioctl(anyInt(), anyInt(), anyLong())).thenReturn(0);
        when(libc.pread(anyInt(), any(), anyLong())).thenReturn(4L);

        linux.ioctl(3, 4, 5);
        linux.pread(3, BUFFER, 0);

        verify(libc, times(0)).errno();
    }

    private void answer(Raw raw, int first, Integer... more) {
        boolean isLong = raw.make(libc) instanceof Long;
        var stub = when(raw.make(libc)).thenReturn(isLong ? (Number) (long) first : (Number) first);
        for (Integer next : more) {
            stub = stub.thenReturn(isLong ? (Number) next.longValue() : (Number) next);
        }
    }
}
