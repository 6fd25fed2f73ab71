// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;

/** System calls of the machine that the test runs on; nothing but {@code /dev/null} and temporary files is needed. */
@Timeout(60)
class NativeLinuxTest {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.ofMachine();

    private static final int FIONREAD = 0x541b;

    @TempDir
    private Path directory;

    @Test
    void aFileThatIsNotThereIsEnoent() {
        assertThat(LINUX.open("/no/such/file", LinuxSyscalls.O_RDONLY)).isEqualTo(-Errno.ENOENT.number());
    }

    @Test
    void aDescriptorThatIsNotOpenIsEbadf() {
        assertThat(LINUX.close(123_456)).isEqualTo(-Errno.EBADF.number());
        assertThat(LINUX.read(123_456, direct(1))).isEqualTo(-Errno.EBADF.number());
        assertThat(LINUX.mmap(0, 4096, LinuxSyscalls.PROT_READ, LinuxSyscalls.MAP_SHARED, 123_456, 0))
                .isEqualTo(-Errno.EBADF.number());
    }

    @Test
    void preadAndPwriteUseTheBytesFromPositionToLimit() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "0123456789");
        int fd = opened(file);
        ByteBuffer buffer = direct(8).put(0, "........".getBytes()).position(2).limit(6);

        assertThat(LINUX.pread(fd, buffer, 5)).isEqualTo(4);

        assertThat(text(buffer)).isEqualTo("..5678..");
        assertThat(buffer.position()).isEqualTo(2);
        assertThat(buffer.limit()).isEqualTo(6);
        assertThat(LINUX.pwrite(fd, buffer, 1)).isEqualTo(4);
        assertThat(file).hasContent("0567856789");
        assertThat(LINUX.pread(fd, buffer, 8)).as("at the end of the file").isEqualTo(2);
        assertThat(LINUX.close(fd)).isZero();
    }

    @Test
    void anOffsetIsOf64Bits() throws Exception {
        int fd = opened(Files.createFile(directory.resolve("sparse")));
        // The offsets of regions are index << 40.
        long offset = (1L << 40) + 4;

        assertThat(LINUX.pwrite(fd, direct(4).putInt(0, 0x12345678), offset)).isEqualTo(4);

        ByteBuffer read = direct(4);
        assertThat(LINUX.pread(fd, read, offset)).isEqualTo(4);
        assertThat(read.getInt(0)).isEqualTo(0x12345678);
        LINUX.close(fd);
    }

    @Test
    void devZeroAndDevNull() {
        int zero = LINUX.open("/dev/zero", LinuxSyscalls.O_RDONLY | LinuxSyscalls.O_CLOEXEC);
        int none = LINUX.open("/dev/null", LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC);
        ByteBuffer buffer = direct(4).putInt(0, -1);

        assertThat(LINUX.read(zero, buffer)).isEqualTo(4);
        assertThat(buffer.getInt(0)).isZero();
        assertThat(LINUX.read(none, buffer)).isZero();
        assertThat(LINUX.write(none, buffer)).isEqualTo(4);
        assertThat(LINUX.ioctl(none, 0x3b64, 0)).isEqualTo(-Errno.ENOTTY.number());
        assertThat(LINUX.ioctl(none, 0xc00caee0, direct(12))).isEqualTo(-Errno.ENOTTY.number());
        LINUX.close(zero);
        LINUX.close(none);
    }

    @Test
    void ioctlFillsTheBufferAtItsPosition() throws Exception {
        int fd = opened(Files.writeString(directory.resolve("file"), "12345"));
        ByteBuffer buffer = direct(12).position(4);

        assertThat(LINUX.ioctl(fd, FIONREAD, buffer)).isZero();

        assertThat(buffer.getInt(0)).isZero();
        assertThat(buffer.getInt(4)).isEqualTo(5);
        assertThat(buffer.getInt(8)).isZero();
        assertThat(LINUX.ioctl(fd, FIONREAD, LINUX.addressOf(buffer) + 4)).isZero();
        assertThat(buffer.getInt(8)).isEqualTo(5);
        LINUX.close(fd);
    }

    @Test
    void aSharedMappingIsTheFile() throws Exception {
        int page = LINUX.pageSize();
        Path file = Files.write(directory.resolve("file"), new byte[2 * page]);
        int fd = opened(file);
        int protection = LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE;
        long address = LINUX.mmap(0, page, protection, LinuxSyscalls.MAP_SHARED, fd, page);
        assertThat(address).isPositive();
        ByteBuffer memory = LINUX.memory(address, page);

        memory.putInt(8, 0x11223344);

        assertThat(memory.order()).isEqualTo(ByteOrder.nativeOrder());
        assertThat(LINUX.addressOf(memory)).isEqualTo(address);
        ByteBuffer inFile = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
        assertThat(inFile.getInt(page + 8)).isEqualTo(0x11223344);
        LINUX.pwrite(fd, direct(4).putInt(0, 99), page + 12);
        assertThat(memory.getInt(12)).isEqualTo(99);
        assertThat(LINUX.munmap(address, page)).isZero();
        LINUX.close(fd);
    }

    @Test
    void aFixedMappingTakesThePlaceOfAnother() {
        int page = LINUX.pageSize();
        int anonymous = LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS;
        int protection = LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE;
        long address = LINUX.mmap(0, page, protection, anonymous, -1, 0);
        LINUX.memory(address, page).putInt(0, 7);

        assertThat(LINUX.mmap(address, page, protection, anonymous | LinuxSyscalls.MAP_FIXED, -1, 0))
                .isEqualTo(address);

        assertThat(LINUX.memory(address, page).getInt(0)).isZero();
        LINUX.munmap(address, page);
        assertThat(LINUX.munmap(address + 1, page)).isEqualTo(-Errno.EINVAL.number());
    }

    @Test
    void pollSeesAnEventfd() {
        int eventfd = LINUX.eventfd(0, LinuxSyscalls.EFD_CLOEXEC | LinuxSyscalls.EFD_NONBLOCK);
        ByteBuffer pollfd = direct(8).putInt(0, eventfd).putShort(4, (short) LinuxSyscalls.POLLIN);
        ByteBuffer counter = direct(8);

        assertThat(LINUX.read(eventfd, counter)).isEqualTo(-Errno.EAGAIN.number());
        long start = System.nanoTime();
        assertThat(LINUX.poll(pollfd, 50)).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(49));
        assertThat(LINUX.write(eventfd, counter.putLong(0, 3))).isEqualTo(8);
        assertThat(LINUX.poll(pollfd, -1)).isEqualTo(1);
        assertThat(pollfd.getShort(6)).isEqualTo((short) LinuxSyscalls.POLLIN);
        counter.putLong(0, 0);
        assertThat(LINUX.read(eventfd, counter)).isEqualTo(8);
        assertThat(counter.getLong(0)).isEqualTo(3);
        LINUX.close(eventfd);
    }

    @Test
    void errorsOfThreadsAreNotMixed() throws Exception {
        int none = LINUX.open("/dev/null", LinuxSyscalls.O_RDONLY);
        List<IntSupplier> failing = List.of(
                () -> LINUX.open("/no/such/file", LinuxSyscalls.O_RDONLY) + Errno.ENOENT.number(),
                () -> LINUX.close(-1) + Errno.EBADF.number(),
                () -> LINUX.ioctl(none, 0x3b64, 0) + Errno.ENOTTY.number(),
                () -> LINUX.write(none, direct(1)) + Errno.EBADF.number(),
                () -> LINUX.open("/dev/null/x", LinuxSyscalls.O_RDONLY) + Errno.ENOTDIR.number(),
                () -> LINUX.open("/", LinuxSyscalls.O_RDWR) + Errno.EISDIR.number(),
                () -> LINUX.eventfd(0, 1 << 30) + Errno.EINVAL.number(),
                () -> (int) LINUX.mmap(0, 4096, 1, LinuxSyscalls.MAP_SHARED, 123_456, 0) + Errno.EBADF.number());
        ExecutorService threads = Executors.newFixedThreadPool(failing.size());
        try {
            CountDownLatch together = new CountDownLatch(failing.size());
            List<Future<Integer>> wrong = new ArrayList<>();
            for (IntSupplier call : failing) {
                wrong.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    int count = 0;
                    for (int i = 0; i < 5_000; i++) {
                        count += call.getAsInt() == 0 ? 0 : 1;
                    }
                    return count;
                }));
            }
            for (Future<Integer> count : wrong) {
                assertThat(count.get(30, TimeUnit.SECONDS)).isZero();
            }
        } finally {
            threads.shutdownNow();
            LINUX.close(none);
        }
    }

    @Test
    void aPollThatSignalsInterruptWaitsForTheRestOfItsTime() throws Exception {
        // The JVM handles SIGUSR2 and ignores one that it did not ask for; poll(2) is never restarted by the kernel.
        int sigusr2 = 12;
        Library libc = Library.getCachedInstance("libc.so.6", Library.NOW);
        CallContext noArguments = new CallContext(Type.POINTER);
        CallContext longAndInt = new CallContext(Type.SINT, Type.POINTER, Type.SINT);
        int eventfd = LINUX.eventfd(0, LinuxSyscalls.EFD_CLOEXEC);
        ByteBuffer pollfd = direct(8).putInt(0, eventfd).putShort(4, (short) LinuxSyscalls.POLLIN);
        CountDownLatch started = new CountDownLatch(1);
        long[] thread = new long[1];
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<Long> waited = executor.submit(() -> {
                thread[0] = Invoker.getInstance().invokeN0(noArguments, libc.getSymbolAddress("pthread_self"));
                started.countDown();
                long start = System.nanoTime();
                int result = LINUX.poll(pollfd, 400);
                return result == 0 ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) : result;
            });
            started.await();
            for (int i = 0; i < 10 && !waited.isDone(); i++) {
                Thread.sleep(30);
                Invoker.getInstance().invokeN2(longAndInt, libc.getSymbolAddress("pthread_kill"), thread[0], sigusr2);
            }
            assertThat(waited.get(20, TimeUnit.SECONDS)).isBetween(399L, 10_000L);
        } finally {
            executor.shutdownNow();
            LINUX.close(eventfd);
        }
    }

    @Test
    void aBufferMustBeDirect() {
        ByteBuffer heap = ByteBuffer.allocate(8);

        assertThatThrownBy(() -> LINUX.read(0, heap)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LINUX.ioctl(0, FIONREAD, heap)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LINUX.poll(heap, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thePageSizeIsAPowerOfTwo() {
        assertThat(Integer.bitCount(LINUX.pageSize())).isEqualTo(1);
        assertThat(LINUX.pageSize()).isGreaterThanOrEqualTo(4096);
    }

    private static int opened(Path file) {
        int fd = LINUX.open(file.toString(), LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC);
        assertThat(fd).isNotNegative();
        return fd;
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static String text(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.duplicate().clear().get(bytes);
        return new String(bytes);
    }
}
