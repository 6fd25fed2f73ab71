// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.abi.Type1InfoLayout;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * Buffers in memory of this machine, so that an access to what is not there would end the JVM; the IOMMU is made up, and says of every length that all of it was unmapped.
 */
@Timeout(120)
class ConcurrentBufferTest {
    private static final int SECONDS = 2;
    private static final int PAGE = LinuxSyscalls.ofMachine().pageSize();

    private final Set<Long> unmapped = ConcurrentHashMap.newKeySet();
    private final Set<Long> mapped = ConcurrentHashMap.newKeySet();
    private final LinuxSyscalls linux =
            mock(LinuxSyscalls.class, withSettings().stubOnly().defaultAnswer(delegatesTo(LinuxSyscalls.ofMachine())));

    private Dma dma() throws Exception {
        doReturn(77).when(linux).open(any(), anyInt());
        doReturn(0).when(linux).close(anyInt());
        doReturn(0).when(linux).ioctl(anyInt(), anyInt(), anyLong());
        doAnswer(call -> {
                    if ((int) call.getArgument(1) == VfioIoctl.VFIO_IOMMU_GET_INFO) {
                        ByteBuffer info = call.getArgument(2);
                        info.putInt(Type1InfoLayout.FLAGS, 1).putLong(Type1InfoLayout.IOVA_PGSIZES, PAGE);
                    }
                    return 0;
                })
                .when(linux)
                .ioctl(anyInt(), anyInt(), any(ByteBuffer.class));
        doAnswer(call -> {
                    long address = LinuxSyscalls.ofMachine()
                            .mmap(
                                    call.getArgument(0),
                                    call.getArgument(1),
                                    call.getArgument(2),
                                    call.getArgument(3),
                                    call.getArgument(4),
                                    call.getArgument(5));
                    mapped.add(address);
                    return address;
                })
                .when(linux)
                .mmap(anyLong(), anyLong(), anyInt(), anyInt(), anyInt(), anyLong());
        doAnswer(call -> {
                    unmapped.add(call.getArgument(0));
                    return LinuxSyscalls.ofMachine().munmap(call.getArgument(0), call.getArgument(1));
                })
                .when(linux)
                .munmap(anyLong(), anyLong());
        return Dma.of("machine", Container.open(linux));
    }

    @Test
    void threadsThatUseABufferWhileItIsClosedMeetTheExceptionOnly() throws Exception {
        Dma dma = dma();
        AtomicReference<DmaBuffer> current = new AtomicReference<>(dma.allocate(PAGE));
        current.get().put32(0, 0x0a0a0a0a);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<Long>> users = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            users.add(threads.submit(() -> {
                long refusals = 0;
                while (System.nanoTime() < end) {
                    DmaBuffer buffer = current.get();
                    try {
                        for (int n = 0; n < 10_000; n++) {
                            int value = buffer.get32(0);
                            if (value != 0x0a0a0a0a) {
                                throw new AssertionError("read 0x" + Integer.toHexString(value));
                            }
                            buffer.put32(4, n);
                        }
                    } catch (IllegalStateException closed) {
                        refusals++;
                    }
                }
                return refusals;
            }));
        }
        int closes = 0;
        while (System.nanoTime() < end) {
            DmaBuffer next = dma.allocate(PAGE);
            next.put32(0, 0x0a0a0a0a);
            current.getAndSet(next).close();
            if (++closes % 64 == 0) {
                System.gc();
            }
        }
        long refusals = 0;
        for (Future<Long> user : users) {
            refusals += user.get();
        }
        threads.shutdown();
        assertThat(closes).isGreaterThan(50);
        assertThat(refusals).isGreaterThan(10);
    }

    @Test
    void theAddressesOutliveTheLastViewAndNotLonger() throws Exception {
        Dma dma = dma();
        DmaBuffer buffer = dma.allocate(PAGE);
        ByteBuffer view = buffer.slice(8, 8).asByteBuffer();
        buffer.put64(8, 5);
        buffer.close();
        buffer = null;
        for (int i = 0; i < 10; i++) {
            System.gc();
            Thread.sleep(10);
            assertThat(unmapped).isEmpty();
            view.putLong(0, i);
            assertThat(view.getLong(0)).isEqualTo(i);
        }
        view = null;
        while (unmapped.isEmpty()) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(unmapped).isEqualTo(mapped).hasSize(1);
    }

    @Test
    void aMemoryThatCannotBeReplacedIsToldAndHarmless() throws Exception {
        Dma dma = dma();
        DmaBuffer buffer = dma.allocate(PAGE);
        doReturn((long) -Errno.ENOMEM.number())
                .when(linux)
                .mmap(anyLong(), anyLong(), anyInt(), anyInt(), anyInt(), anyLong());
        assertThatThrownBy(buffer::close)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("stays allocated until nothing refers to it");
        assertThat(buffer.isClosed()).isTrue();
        buffer.close();
    }
}
