// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.platform.dma.DmaRequest;
import org.vfio4j.platform.dma.DmaSegment;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.sim.Capability;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Memory at physical addresses for a device without an IOMMU, and the file that says where pages are. */
class NoiommuDmaTest extends ConformanceTest {
    private static final long PRESENT = 1L << 63;
    private static final long SHARED = 1L << 61;
    private static final long FRAME = (1L << 55) - 1;
    private static final Credentials NO_ADMIN = Credentials.root().without(Capability.CAP_SYS_ADMIN);

    private final int page = world.linux().pageSize();

    private PlatformDevice open() throws IOException {
        return PlatformDevice.open(
                world.linux(),
                world.files(),
                new PlatformBus(world.files()).find(LabDevice.VIRTIO.device),
                DmaStack.NOIOMMU);
    }

    private int openPageMap() {
        int fd = world.linux().open("/proc/self/pagemap", LinuxSyscalls.O_RDONLY);
        assertThat(fd).isNotNegative();
        return fd;
    }

    private long entry(int fd, long address) {
        ByteBuffer entry = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        assertThat(world.linux().pread(fd, entry, address / page * 8)).isEqualTo(8);
        return entry.getLong(0);
    }

    private long map(long length, int flags) {
        int protection = LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE;
        return world.linux().mmap(0, length, protection, flags | LinuxSyscalls.MAP_ANONYMOUS, -1, 0);
    }

    @Test
    void whoDoesNotAskForItDoesNotGetIt() throws Exception {
        try (PlatformDevice virtio = PlatformDevice.open(world.linux(), world.files(), LabDevice.VIRTIO.device)) {
            assertThat(virtio.stack()).isEmpty();
            assertThatThrownBy(virtio::dma).isInstanceOf(UnsupportedOperationException.class);
        }
        assertThatThrownBy(() -> PlatformDevice.open(
                        world.linux(),
                        world.files(),
                        new PlatformBus(world.files()).find(LabDevice.SATA.device),
                        DmaStack.NOIOMMU))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    /** Two pages of the process are two frames, and locked ones stay where they are while nothing is short of memory. */
    @Test
    void pagesHaveFramesOfTheirOwn() throws Exception {
        try (PlatformDevice virtio = open()) {
            DmaBuffer buffer = virtio.dma().allocate(3L * page);
            List<DmaSegment> segments = buffer.segments();
            assertThat(segments.stream().mapToLong(DmaSegment::length).sum()).isEqualTo(3L * page);
            assertThat(segments)
                    .allSatisfy(
                            segment -> assertThat(segment.iova() & (page - 1)).isZero());
            assertThat(buffer.iova(page)).isNotEqualTo(buffer.iova(0));
            assertThat(buffer.iova(2L * page + 5)).isEqualTo(buffer.iova(2L * page) + 5);
            assertThat(buffer.iova(0)).as("below 52 bits").isBetween(1L, (1L << 52) - 1);
            for (int i = 0; i < 3; i++) {
                assertThat(buffer.get64((long) i * page)).isZero();
                buffer.put64((long) i * page, i + 1);
            }
            assertThat(buffer.segments()).isEqualTo(segments);
        }
    }

    @Test
    void aHugePageIsOneRun() throws Exception {
        try (HugePages pages = HugePages.reserve(world, 4)) {
            assertThat(pages.free()).isEqualTo(4);
            try (PlatformDevice virtio = open()) {
                DmaBuffer buffer =
                        virtio.dma().allocate(DmaRequest.of(5L * page).contiguously());
                assertThat(buffer.mappedSize()).isEqualTo(HugePages.SIZE);
                assertThat(buffer.iova() % HugePages.SIZE).isZero();
                assertThat(buffer.segments()).containsExactly(new DmaSegment(0, buffer.iova(), 5L * page));
                assertThat(pages.free()).isEqualTo(3);
                buffer.put64(4L * page, -1);
                buffer.close();
                assertThat(pages.free()).as("kept for the device").isEqualTo(3);
                assertThatThrownBy(() -> virtio.dma()
                                .allocate(DmaRequest.of(4L * HugePages.SIZE).inHugePages()))
                        .isInstanceOfSatisfying(VfioException.class, refused -> {
                            assertThat(refused.step()).isEqualTo(Step.ALLOCATE_HUGE_PAGES);
                            assertThat(refused.errno()).isEqualTo(Errno.ENOMEM);
                        });
            }
            assertThat(pages.free()).isEqualTo(4);
        }
    }

    @Test
    void framesAreHiddenWithoutCapSysAdmin() throws Exception {
        try (PlatformDevice virtio = open()) {
            Throwable thrown = world.privileges().as(NO_ADMIN, () -> {
                try {
                    virtio.dma().allocate(page);
                    return null;
                } catch (IOException e) {
                    return e;
                }
            });
            assertThat(thrown).isInstanceOfSatisfying(VfioException.class, refused -> {
                assertThat(refused.step()).isEqualTo(Step.READ_PAGEMAP);
                assertThat(refused.errno()).isEqualTo(Errno.EPERM);
            });
            assertThat(virtio.dma().allocate(page).iova()).isPositive();
        }
    }

    /** pagemap_read asks who opened the file, not who reads it. */
    @Test
    void theOpenerOfPagemapCounts() {
        long address = map(page, LinuxSyscalls.MAP_SHARED | LinuxSyscalls.MAP_POPULATE);
        int open = openPageMap();
        int restricted = world.privileges().as(NO_ADMIN, this::openPageMap);
        assertThat(entry(open, address) & FRAME).isPositive();
        assertThat(entry(restricted, address) & FRAME).isZero();
        assertThat(entry(restricted, address) & PRESENT).as("is told").isNotZero();
        long other = world.privileges().as(NO_ADMIN, () -> entry(open, address));
        assertThat(other).isEqualTo(entry(open, address));
        world.linux().close(restricted);
        world.linux().close(open);
        world.linux().munmap(address, page);
    }

    @Test
    void anEntrySaysWhatAPageIs() {
        int fd = openPageMap();
        long shared = map(2L * page, LinuxSyscalls.MAP_SHARED);
        assertThat(entry(fd, shared)).as("never touched").matches(entry -> (entry & (PRESENT | FRAME)) == 0);
        world.linux().memory(shared, page).putLong(0, 1);
        assertThat(entry(fd, shared)).matches(entry -> (entry & (PRESENT | SHARED)) == (PRESENT | SHARED));
        assertThat(entry(fd, shared + page) & PRESENT).as("not its neighbour").isZero();
        long own = map(page, LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_POPULATE);
        assertThat(entry(fd, own)).matches(entry -> (entry & (PRESENT | SHARED)) == PRESENT);
        assertThat(entry(fd, own) & FRAME).isNotEqualTo(entry(fd, shared) & FRAME);
        world.linux().munmap(own, page);
        assertThat(entry(fd, own)).as("unmapped").isZero();
        world.linux().munmap(shared, 2L * page);
        world.linux().close(fd);
    }

    @ParameterizedTest
    @CsvSource({"0, 7, -22", "4, 8, -22", "0, 0, 0", "0x7ffffffffffffff8, 8, -22", "0x7ffffffffffffff0, 8, 0"})
    void offsetsAndLengthsAreOfEntries(String offset, int length, int expected) {
        int fd = openPageMap();
        ByteBuffer buffer = ByteBuffer.allocateDirect(length);
        assertThat(world.linux().pread(fd, buffer, Long.decode(offset))).isEqualTo(expected);
        world.linux().close(fd);
    }

    @Test
    void hugePagesAreCutAtTheirBoundsOnly() throws Exception {
        try (HugePages pages = HugePages.reserve(world, 2)) {
            int flags = LinuxSyscalls.MAP_SHARED | LinuxSyscalls.MAP_HUGETLB | LinuxSyscalls.MAP_HUGE_2MB;
            assertThat(map(3L * HugePages.SIZE, flags)).isEqualTo(-Errno.ENOMEM.number());
            long address = map(HugePages.SIZE + 1L, flags);
            assertThat(address % HugePages.SIZE).isZero();
            assertThat(map(1, flags)).as("two are reserved").isEqualTo(-Errno.ENOMEM.number());
            assertThat(pages.free()).as("none is in use").isEqualTo(2);
            assertThat(world.linux().munmap(address, page)).isEqualTo(-Errno.EINVAL.number());
            assertThat(world.linux().munmap(address + page, HugePages.SIZE)).isEqualTo(-Errno.EINVAL.number());
            assertThat(world.linux().munmap(address + HugePages.SIZE, HugePages.SIZE))
                    .isZero();
            assertThat(map(1, flags))
                    .as("shared ones stay until the last is gone")
                    .isEqualTo(-Errno.ENOMEM.number());
            assertThat(world.linux().munmap(address, HugePages.SIZE)).isZero();
            long other = map(1, flags | LinuxSyscalls.MAP_POPULATE);
            assertThat(pages.free()).isEqualTo(1);
            assertThat(world.linux().munmap(other, HugePages.SIZE)).isZero();
            assertThat(pages.free()).isEqualTo(2);
        }
    }
}
