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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.Capability;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** DMA of a device that no IOMMU confines: only for who asks for it, and with physical addresses that are true. */
class NoiommuDmaTest {
    private static final int PAGE = 4096;
    private static final int HUGE_PAGE = 2 << 20;
    private static final Path COMPACTION = Path.of("/proc/sys/vm/compact_unevictable_allowed");

    private final SimulatedBoard board = DmaBoard.builder().build();

    private PlatformDevice open() throws Exception {
        return DmaBoard.open(board, DmaStack.NOIOMMU);
    }

    /** What the kernel says, read without the code under test. */
    private long physicalAddress(long virtualAddress) {
        LinuxSyscalls linux = board.syscalls();
        int fd = linux.open("/proc/self/pagemap", LinuxSyscalls.O_RDONLY);
        ByteBuffer entry = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        assertThat(linux.pread(fd, entry, virtualAddress / PAGE * 8)).isEqualTo(8);
        linux.close(fd);
        return (entry.getLong(0) & (1L << 55) - 1) * PAGE;
    }

    @Test
    void whoDoesNotAskForItDoesNotGetIt() throws Exception {
        try (PlatformDevice free = PlatformDevice.open(board.syscalls(), board.files(), DmaBoard.FREE)) {
            assertThat(free.stack()).isEmpty();
            assertThatThrownBy(free::dma)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("has no IOMMU")
                    .hasMessageContaining("opened with NOIOMMU");
        }
        for (DmaStack stack : List.of(DmaStack.TYPE1, DmaStack.IOMMUFD)) {
            assertThatThrownBy(() -> PlatformDevice.open(
                            board.syscalls(), board.files(), DmaBoard.entry(board, DmaBoard.FREE), stack))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("has no IOMMU");
        }
        assertThatThrownBy(() -> PlatformDevice.open(
                        board.syscalls(), board.files(), DmaBoard.entry(board, DmaBoard.NET), DmaStack.NOIOMMU))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("is behind an IOMMU");
        assertThat(board.openDescriptors()).isEmpty();
    }

    @Test
    void itIsSaidAloudOnceForADevice() throws Exception {
        List<String> log = new ArrayList<>();
        Logger logger = Logger.getLogger(PlatformDevice.class.getPackageName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                log.add(entry.getLevel() + " " + entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try (PlatformDevice free = open()) {
            assertThat(free.stack()).hasValue(DmaStack.NOIOMMU);
            assertThat(free.stackReason())
                    .startsWith("NOIOMMU through the group /dev/vfio/noiommu-")
                    .contains("it was asked for; nothing confines DMA")
                    .contains(COMPACTION.toString());
            assertThat(log).isEmpty();
            free.dma();
            free.dma();
            assertThat(log)
                    .hasSize(1)
                    .first()
                    .asString()
                    .matches("WARNING DMA of " + DmaBoard.FREE + " .*all memory.*");
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        board.files().write(COMPACTION, "0".getBytes(StandardCharsets.US_ASCII));
        try (PlatformDevice free = open()) {
            assertThat(free.stackReason()).doesNotContain(COMPACTION.toString());
        }
    }

    @Test
    void aPageHasItsPhysicalAddress() throws Exception {
        try (PlatformDevice free = open()) {
            DmaBuffer buffer = free.dma().allocate(DmaRequest.of(100).contiguously());
            assertThat(buffer.mappedSize()).isEqualTo(PAGE);
            assertThat(buffer.get64(0)).isZero();
            assertThat(buffer.isContiguous()).isTrue();
            assertThat(buffer.iova())
                    .isPositive()
                    .isEqualTo(physicalAddress(board.mappings().get(0).address()));
            assertThat(buffer.iova(99)).isEqualTo(buffer.iova() + 99);
            assertThat(buffer.slice(10, 20).iova()).isEqualTo(buffer.iova() + 10);
            assertThat(buffer.segments()).containsExactly(new DmaSegment(0, buffer.iova(), 100));
            assertThat(free.dma().ranges().ranges()).isEmpty();
            assertThatThrownBy(() -> buffer.iova(100)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    /** No address of a buffer in several places is made up: only its parts have one. */
    @Test
    void severalPagesAreScattered() throws Exception {
        try (PlatformDevice free = open()) {
            DmaBuffer buffer = free.dma().allocate(3 * PAGE - 8);
            long start = board.mappings().get(0).address();
            assertThat(buffer.isContiguous()).isFalse();
            assertThatThrownBy(buffer::iova)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("scattered");
            assertThat(buffer.segments())
                    .containsExactly(
                            new DmaSegment(0, physicalAddress(start), PAGE),
                            new DmaSegment(PAGE, physicalAddress(start + PAGE), PAGE),
                            new DmaSegment(2 * PAGE, physicalAddress(start + 2 * PAGE), PAGE - 8));
            assertThat(buffer.iova(2 * PAGE + 7)).isEqualTo(physicalAddress(start + 2 * PAGE) + 7);
            DmaMemory within = buffer.slice(PAGE + 16, PAGE - 16);
            assertThat(within.iova()).isEqualTo(physicalAddress(start + PAGE) + 16);
            DmaMemory across = buffer.slice(PAGE - 16, 32);
            assertThatThrownBy(across::iova).isInstanceOf(IllegalStateException.class);
            assertThat(across.segments())
                    .containsExactly(
                            new DmaSegment(0, physicalAddress(start) + PAGE - 16, 16),
                            new DmaSegment(16, physicalAddress(start + PAGE), 16));
            assertThat(buffer.slice(3 * PAGE - 8, 0).segments()).isEmpty();
        }
    }

    @Test
    void moreThanAPageInOneRunIsInHugePages() throws Exception {
        try (PlatformDevice free = open()) {
            DmaBuffer ring = free.dma().allocate(DmaRequest.of(5 * PAGE).contiguously());
            assertThat(ring.mappedSize()).isEqualTo(HUGE_PAGE);
            assertThat(ring.iova() % HUGE_PAGE).isZero();
            assertThat(ring.iova(4 * PAGE)).isEqualTo(ring.iova() + 4 * PAGE);
            DmaBuffer two = free.dma().allocate(DmaRequest.of(HUGE_PAGE + 1).inHugePages());
            assertThat(two.segments()).hasSize(2).extracting(DmaSegment::length).containsExactly((long) HUGE_PAGE, 1L);
            assertThatThrownBy(() ->
                            free.dma().allocate(DmaRequest.of(HUGE_PAGE + 1).contiguously()))
                    .isInstanceOf(PhysicalAddressException.class)
                    .hasMessageContaining("in 2 places")
                    .hasMessageContaining("Remedy: ");
            assertThat(free.dma()
                            .allocate(DmaRequest.of(5 * HUGE_PAGE).inHugePages())
                            .mappedSize())
                    .as("what was refused is free again")
                    .isEqualTo(5 * HUGE_PAGE);
            assertThatThrownBy(() -> free.dma().allocate(DmaRequest.of(1).inHugePages()))
                    .isInstanceOfSatisfying(VfioException.class, refused -> {
                        assertThat(refused.step()).isEqualTo(Step.ALLOCATE_HUGE_PAGES);
                        assertThat(refused.remedy()).contains("nr_hugepages");
                    });
        }
    }

    @Test
    void whatCannotBeHadFromTheKernelIsRefused() throws Exception {
        try (PlatformDevice free = open()) {
            Dma dma = free.dma();
            assertThatThrownBy(() -> dma.allocate(DmaRequest.of(1).at(0x4000_0000)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0x40000000");
            assertThatThrownBy(() -> dma.allocate(DmaRequest.of(1).addressBits(30)))
                    .isInstanceOf(PhysicalAddressException.class)
                    .hasMessageContaining("30 bits of address");
            assertThatThrownBy(() -> dma.allocate(DmaRequest.of(1).alignment(1L << 40)))
                    .isInstanceOf(PhysicalAddressException.class)
                    .hasMessageContaining("no multiple of 0x10000000000");
            assertThat(board.mappings()).as("what was refused").isEmpty();
            assertThat(dma.allocate(DmaRequest.of(1).addressBits(32)).iova()).isLessThan(1L << 32);
            assertThat(dma.allocate(DmaRequest.of(1).alignment(HUGE_PAGE).inHugePages())
                                    .iova()
                            % HUGE_PAGE)
                    .isZero();
        }
    }

    /** As on a Raspberry Pi, whose devices have memory at 0xc0000000. The board's memory begins at 1 GiB. */
    @Test
    void theBusOfADeviceMayHaveMemoryElsewhere() throws Exception {
        try (PlatformDevice shifted = PlatformDevice.open(
                board.syscalls(), board.files(), DmaBoard.entry(board, DmaBoard.SHIFTED), DmaStack.NOIOMMU)) {
            DmaBuffer buffer = shifted.dma().allocate(PAGE);
            assertThat(buffer.iova())
                    .isEqualTo(physicalAddress(board.mappings().get(0).address()) + 0x8000_0000L);
            shifted.dma().allocate(DmaRequest.of(1).inHugePages());
            assertThatThrownBy(() -> shifted.dma().allocate(DmaRequest.of(1).inHugePages()))
                    .isInstanceOf(PhysicalAddressException.class)
                    .hasMessageContaining("not reached through the dma-ranges of its bus");
        }
    }

    /** of_dma_is_coherent; VFIO takes such a device all the same, unlike one behind an IOMMU. */
    @Test
    void aDeviceThatIsNotCoherentIsNamed() throws Exception {
        SimulatedBoard notCoherent = DmaBoard.builder().cacheCoherent(false).build();
        for (SimulatedBoard each : List.of(board, notCoherent)) {
            try (PlatformDevice marked = DmaBoard.open(each, DmaStack.NOIOMMU);
                    PlatformDevice other = PlatformDevice.open(
                            each.syscalls(), each.files(), DmaBoard.entry(each, DmaBoard.SHIFTED), DmaStack.NOIOMMU)) {
                assertThat(marked.stackReason()).doesNotContain("caches");
                assertThat(other.stackReason().contains("caches")).isEqualTo(each == notCoherent);
            }
        }
    }

    /** Since Linux 4.2 the file can be read, and has zeros for the numbers of frames. */
    @Test
    void physicalAddressesAreForWhoMayAdministerTheSystem() throws Exception {
        board.setCredentials(Credentials.root().without(Capability.CAP_SYS_ADMIN));
        try (PlatformDevice free = open()) {
            assertThatThrownBy(() -> free.dma().allocate(1)).isInstanceOfSatisfying(VfioException.class, refused -> {
                assertThat(refused.step()).isEqualTo(Step.READ_PAGEMAP);
                assertThat(refused.errno()).isEqualTo(Errno.EPERM);
                assertThat(refused.meaning()).contains("CAP_SYS_ADMIN");
                assertThat(refused.remedy()).contains("setcap");
            });
            assertThat(board.mappings()).isEmpty();
        }
        assertThat(board.openDescriptors()).isEmpty();
    }

    /** mmap(2) does not say that it could not populate, as in a control group without memory. */
    @Test
    void anAddressThatIsNotToldIsNotMadeUp() throws Exception {
        LinuxSyscalls linux = mock(LinuxSyscalls.class, delegatesTo(board.syscalls()));
        try (PlatformDevice free = DmaBoard.open(board, linux, DmaStack.NOIOMMU)) {
            doReturn(8).when(linux).pread(anyInt(), any(), anyLong());
            assertThatThrownBy(() -> free.dma().allocate(2 * PAGE))
                    .isInstanceOf(KernelReplyException.class)
                    .hasMessageContaining("8 bytes where 16 were asked for");
            doAnswer(call -> {
                        ByteBuffer entries = call.getArgument(1);
                        int read = board.syscalls().pread(call.getArgument(0), entries, call.getArgument(2));
                        entries.putLong(8, 0);
                        return read;
                    })
                    .when(linux)
                    .pread(anyInt(), any(), anyLong());
            assertThatThrownBy(() -> free.dma().allocate(2 * PAGE))
                    .isInstanceOfSatisfying(VfioException.class, absent -> {
                        assertThat(absent.step()).isEqualTo(Step.ALLOCATE_LOCKED_MEMORY);
                        assertThat(absent.errno()).isEqualTo(Errno.ENOMEM);
                    });
            assertThat(board.mappings()).isEmpty();
        }
        assertThat(board.openDescriptors()).isEmpty();
    }

    @Test
    void lockedMemoryIsLimited() throws Exception {
        board.setCredentials(Credentials.root().without(Capability.CAP_IPC_LOCK));
        board.setLockedMemoryLimit(3 * PAGE);
        try (PlatformDevice free = open()) {
            assertThatThrownBy(() -> free.dma().allocate(4 * PAGE))
                    .isInstanceOfSatisfying(VfioException.class, refused -> {
                        assertThat(refused.step()).isEqualTo(Step.ALLOCATE_LOCKED_MEMORY);
                        assertThat(refused.errno()).isEqualTo(Errno.EAGAIN);
                        assertThat(refused.remedy()).contains("ulimit -l");
                    });
            free.dma().allocate(3 * PAGE);
            assertThat(free.dma().allocate(DmaRequest.of(1).inHugePages()).size())
                    .as("huge pages do not count")
                    .isOne();
        }
        try (PlatformDevice free = open()) {
            free.dma().allocate(3 * PAGE);
        }
        board.setLockedMemoryLimit(0);
        try (PlatformDevice free = open()) {
            assertThatThrownBy(() -> free.dma().allocate(1))
                    .isInstanceOfSatisfying(
                            VfioException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.EPERM));
        }
    }

    /** Nothing keeps the device off memory that it has the address of, so the kernel gets it back after the device. */
    @Test
    void memoryIsKeptUntilTheDeviceIsClosed() throws Exception {
        PlatformDevice free = open();
        Dma dma = free.dma();
        DmaBuffer buffer = dma.allocate(8);
        buffer.put64(0, -1);
        long address = board.mappings().get(0).address();
        long physical = buffer.iova();
        ByteBuffer view = buffer.asByteBuffer();
        buffer.close();
        buffer.close();
        assertThatThrownBy(() -> buffer.get64(0)).isInstanceOf(IllegalStateException.class);
        assertThat(physicalAddress(address)).as("closed buffer").isEqualTo(physical);
        assertThat(dma.allocate(1).iova()).as("is not used again").isNotEqualTo(physical);
        dma.close();
        assertThat(physicalAddress(address)).as("closed DMA").isEqualTo(physical);
        free.close();
        assertThat(physicalAddress(address)).as("closed device").isZero();
        assertThat(board.openDescriptors()).isEmpty();
        assertThat(view.get(0)).as("a view shows no memory of others").isEqualTo((byte) -1);
    }
}
