// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.sim.Calls.failure;
import static org.vfio4j.platform.sim.Calls.memory;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;

/** eventfd(2), poll(2) and the table of descriptors. */
@Timeout(20)
class EventFdTest {
    private static final int SEMAPHORE = 1;
    private static final int POLLOUT = 4;
    private static final int POLLNVAL = 0x20;

    private final SimulatedBoard board = SmallTree.builder().build();
    private final LinuxSyscalls linux = board.syscalls();

    private static ByteBuffer number(long value) {
        return memory(8).putLong(0, value);
    }

    private long read(int fd) {
        ByteBuffer count = memory(8);
        int result = linux.read(fd, count);
        return result < 0 ? result : count.getLong(0);
    }

    @Test
    void readTakesTheWholeCount() {
        int fd = linux.eventfd(3, LinuxSyscalls.EFD_NONBLOCK);
        linux.write(fd, number(4));
        assertThat(read(fd)).isEqualTo(7);
        assertThat(read(fd)).isEqualTo(failure(Errno.EAGAIN));
    }

    @Test
    void aSemaphoreIsTakenOneByOne() {
        int fd = linux.eventfd(2, SEMAPHORE | LinuxSyscalls.EFD_NONBLOCK);
        assertThat(read(fd)).isEqualTo(1);
        assertThat(read(fd)).isEqualTo(1);
        assertThat(read(fd)).isEqualTo(failure(Errno.EAGAIN));
    }

    @Test
    void argumentsAreChecked() {
        assertThat(linux.eventfd(0, 4)).isEqualTo(failure(Errno.EINVAL));
        int fd = linux.eventfd(0, LinuxSyscalls.EFD_NONBLOCK);
        assertThat(linux.read(fd, memory(7))).isEqualTo(failure(Errno.EINVAL));
        assertThat(linux.write(fd, memory(7))).isEqualTo(failure(Errno.EINVAL));
        assertThat(linux.write(fd, number(-1))).isEqualTo(failure(Errno.EINVAL));
        assertThat(linux.write(fd, number(-2))).isEqualTo(8);
        assertThat(linux.write(fd, number(1))).as("full").isEqualTo(failure(Errno.EAGAIN));
    }

    @Test
    void readWaitsForAWrite() throws Exception {
        int fd = linux.eventfd(0, 0);
        CompletableFuture<Long> read = CompletableFuture.supplyAsync(() -> read(fd));
        linux.write(fd, number(5));
        assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(5);
    }

    private static ByteBuffer pollFd(int fd, int events) {
        return memory(8).putInt(0, fd).putShort(4, (short) events);
    }

    @Test
    void pollReportsWhatIsThere() {
        int fd = linux.eventfd(0, 0);
        ByteBuffer poll = pollFd(fd, LinuxSyscalls.POLLIN);
        assertThat(linux.poll(poll, 0)).isZero();
        linux.write(fd, number(1));
        assertThat(linux.poll(poll, 0)).isOne();
        assertThat(poll.getShort(6)).isEqualTo((short) LinuxSyscalls.POLLIN);
        ByteBuffer out = pollFd(fd, POLLOUT);
        linux.poll(out, 0);
        assertThat(out.getShort(6)).isEqualTo((short) POLLOUT);
    }

    @Test
    void pollWaitsForTheTimeOrTheEvent() throws Exception {
        int fd = linux.eventfd(0, 0);
        long before = System.nanoTime();
        assertThat(linux.poll(pollFd(fd, LinuxSyscalls.POLLIN), 30)).isZero();
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
        CompletableFuture<Integer> poll =
                CompletableFuture.supplyAsync(() -> linux.poll(pollFd(fd, LinuxSyscalls.POLLIN), -1));
        linux.write(fd, number(1));
        assertThat(poll.get(10, TimeUnit.SECONDS)).isOne();
    }

    @Test
    void pollOnOtherFilesAndOnNone() {
        int container = linux.open("/dev/vfio/vfio", LinuxSyscalls.O_RDWR);
        assertThat(linux.poll(pollFd(container, LinuxSyscalls.POLLIN), -1))
                .as("always ready")
                .isOne();
        ByteBuffer closed = pollFd(999, LinuxSyscalls.POLLIN);
        assertThat(linux.poll(closed, -1)).isOne();
        assertThat(closed.getShort(6)).isEqualTo((short) POLLNVAL);
        assertThat(linux.poll(pollFd(-1, LinuxSyscalls.POLLIN), 0))
                .as("left out")
                .isZero();
    }

    @Test
    void theLowestFreeDescriptorIsTaken() {
        assertThat(linux.eventfd(0, 0)).isEqualTo(3);
        assertThat(linux.eventfd(0, 0)).isEqualTo(4);
        assertThat(linux.eventfd(0, 0)).isEqualTo(5);
        linux.close(4);
        assertThat(linux.open("/dev/vfio/vfio", LinuxSyscalls.O_RDWR)).isEqualTo(4);
        assertThat(board.openDescriptors())
                .hasToString("{3=anon_inode:[eventfd], 4=/dev/vfio/vfio, 5=anon_inode:[eventfd]}");
        assertThat(linux.close(6)).isEqualTo(failure(Errno.EBADF));
        assertThat(linux.ioctl(6, 0, 0L)).isEqualTo(failure(Errno.EBADF));
    }

    @Test
    void thereAre1024Descriptors() {
        while (linux.eventfd(0, 0) >= 0) {
            assertThat(board.openDescriptors()).hasSizeLessThanOrEqualTo(1021);
        }
        assertThat(linux.eventfd(0, 0)).isEqualTo(failure(Errno.EMFILE));
        assertThat(linux.open("/dev/vfio/vfio", LinuxSyscalls.O_RDWR)).isEqualTo(failure(Errno.EMFILE));
        linux.close(500);
        assertThat(linux.eventfd(0, 0)).isEqualTo(500);
    }
}
