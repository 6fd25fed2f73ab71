// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.linux.LinuxSyscalls.MAP_ANONYMOUS;
import static org.vfio4j.linux.LinuxSyscalls.MAP_PRIVATE;
import static org.vfio4j.linux.LinuxSyscalls.PROT_READ;
import static org.vfio4j.linux.LinuxSyscalls.PROT_WRITE;
import static org.vfio4j.platform.sim.Calls.failure;
import static org.vfio4j.platform.sim.Calls.memory;
import static org.vfio4j.platform.sim.Calls.words;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The type1 backend (Linux drivers/vfio/vfio_iommu_type1.c). */
class Type1Test {
    private static final int PAGE = 4096;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int VADDR = 4;
    private static final int ALL = 2;

    private Calls calls = new Calls(board().build());
    private int container = attach(3);
    private long vaddr = anonymous(64 * PAGE, PROT_READ | PROT_WRITE);

    private static SimulatedBoardBuilder board() {
        return SmallTree.builder().release(KernelRelease.LINUX_6_12).bound(SmallTree.UART);
    }

    private int attach(int type) {
        int fd = calls.mustOpen("/dev/vfio/vfio");
        calls.setContainer(calls.mustOpen("/dev/vfio/0"), fd);
        assertThat(calls.setIommu(fd, type)).isZero();
        return fd;
    }

    private long anonymous(long length, int protection) {
        return calls.linux.mmap(0, length, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }

    private void use(SimulatedBoardBuilder builder, int type) {
        calls = new Calls(builder.build());
        container = attach(type);
        vaddr = anonymous(64 * PAGE, PROT_READ | PROT_WRITE);
    }

    private int map(int flags, long from, long iova, long size) {
        ByteBuffer map = words(32, 32, flags).putLong(8, from).putLong(16, iova).putLong(24, size);
        return calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_MAP_DMA, map);
    }

    private int mapAt(long iova, long size) {
        return map(READ | WRITE, vaddr, iova, size);
    }

    /** The bytes unmapped, or -errno. */
    private long unmap(int flags, long iova, long size) {
        ByteBuffer unmap = words(24, 24, flags).putLong(8, iova).putLong(16, size);
        int result = calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_UNMAP_DMA, unmap);
        return result < 0 ? result : unmap.getLong(16);
    }

    @ParameterizedTest
    @CsvSource({
        "no access, 0, 0, 0x10000, 4096",
        "unknown flag, 9, 0, 0x10000, 4096",
        "an address update that also maps, 5, 0, 0x10000, 4096",
        "no bytes, 3, 0, 0x10000, 0",
        "size in a page, 3, 0, 0x10000, 4095",
        "iova in a page, 3, 0, 0x10001, 4096",
        "vaddr in a page, 3, 8, 0x10000, 4096",
        "the window of interrupts, 3, 0, 0x8000000, 4096",
        "from below into the window, 3, 0, 0x7fff000, 8192",
        "beyond 48 bits, 3, 0, 0x1000000000000, 4096",
        "iova wraps, 3, 0, -4096, 8192"
    })
    void mapRefusesWithEinval(String why, int flags, long vaddrOffset, long iova, long size) {
        assertThat(map(flags, vaddr + vaddrOffset, iova, size)).as(why).isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void aRangeThatWrapsIsEoverflowInLaterReleases() {
        use(board().release(KernelRelease.LINUX_7_2), 3);
        assertThat(mapAt(-4096, 8192)).isEqualTo(failure(Errno.EOVERFLOW));
        assertThat(unmap(0, -4096, 8192)).isEqualTo(failure(Errno.EOVERFLOW));
    }

    @Test
    void argumentsAreChecked() {
        int map = VfioIoctl.VFIO_IOMMU_MAP_DMA;
        int unmap = VfioIoctl.VFIO_IOMMU_UNMAP_DMA;
        assertThat(calls.linux.ioctl(container, map, 0L)).isEqualTo(failure(Errno.EFAULT));
        assertThat(calls.linux.ioctl(container, map, words(32, 31))).isEqualTo(failure(Errno.EINVAL));
        assertThat(calls.linux.ioctl(container, unmap, words(20, 24))).isEqualTo(failure(Errno.EFAULT));
        assertThat(calls.linux.ioctl(container, unmap, words(24, 23))).isEqualTo(failure(Errno.EINVAL));
        assertThat(unmap(8, 0, PAGE)).as("unknown flag").isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void mappingsDoNotOverlap() {
        assertThat(mapAt(0x10000, 2 * PAGE)).isZero();
        assertThat(mapAt(0x11000, PAGE)).isEqualTo(failure(Errno.EEXIST));
        assertThat(mapAt(0xf000, 2 * PAGE)).isEqualTo(failure(Errno.EEXIST));
        assertThat(mapAt(0xf000, 8 * PAGE)).isEqualTo(failure(Errno.EEXIST));
        assertThat(mapAt(0xf000, PAGE)).isZero();
        assertThat(mapAt(0x12000, PAGE)).isZero();
    }

    @Test
    void memoryMustBeThereAndWritableIfTheDeviceWrites() {
        assertThat(map(READ, 0x1000_0000, 0, PAGE)).isEqualTo(failure(Errno.EFAULT));
        assertThat(mapAt(0, 65 * PAGE)).as("ends early").isEqualTo(failure(Errno.EFAULT));
        long readOnly = anonymous(PAGE, PROT_READ);
        assertThat(map(WRITE, readOnly, 0, PAGE)).isEqualTo(failure(Errno.EFAULT));
        assertThat(map(READ, readOnly, 0, PAGE)).isZero();
    }

    @Test
    void aDirectBufferCanBeMappedToo() {
        ByteBuffer buffer = memory(2 * PAGE);
        assertThat(map(READ, calls.linux.addressOf(buffer), 0, 2 * PAGE)).isZero();
        assertThat(map(READ, calls.linux.addressOf(buffer), 0x10000, 3 * PAGE)).isEqualTo(failure(Errno.EFAULT));
    }

    @Test
    void lockedMemoryIsLimited() {
        use(
                board().credentials(Credentials.root().without(Capability.CAP_IPC_LOCK))
                        .lockedMemoryLimit(3 * PAGE),
                3);
        assertThat(mapAt(0, 2 * PAGE)).isZero();
        assertThat(mapAt(0x10000, 2 * PAGE)).isEqualTo(failure(Errno.ENOMEM));
        unmap(0, 0, 2 * PAGE);
        assertThat(mapAt(0x10000, 2 * PAGE)).isZero();
    }

    @Test
    void lockedMemoryIsCountedOverAllContainers() {
        use(
                board().credentials(Credentials.root().without(Capability.CAP_IPC_LOCK))
                        .lockedMemoryLimit(3 * PAGE)
                        .bound(SmallTree.FLASH),
                3);
        assertThat(mapAt(0, 2 * PAGE)).isZero();
        Calls.Attached flash = calls.attach("/dev/vfio/1");
        int uartContainer = container;
        container = flash.container();
        assertThat(mapAt(0, 2 * PAGE)).isEqualTo(failure(Errno.ENOMEM));
        container = uartContainer;
        assertThat(unmap(ALL, 0, 0)).isEqualTo(2 * PAGE);
        container = flash.container();
        assertThat(mapAt(0, 3 * PAGE)).isZero();
        calls.linux.close(flash.group());
        container = uartContainer;
        assertThat(mapAt(0, 3 * PAGE)).as("given back with the group").isZero();
    }

    @ParameterizedTest
    @CsvSource({"4096, 0x40201000", "16384, 0x2004000", "65536, 0x20010000"})
    void thePageSizesOfTheIommuFollowTheKernels(int pageSize, long bitmap) {
        use(board().pageSize(pageSize), 3);
        ByteBuffer info = words(24, 24);
        calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_GET_INFO, info);
        assertThat(info.getLong(8)).isEqualTo(bitmap);
        assertThat(mapAt(0, pageSize / 2)).isEqualTo(failure(Errno.EINVAL));
        assertThat(mapAt(0, pageSize)).isZero();
    }

    @Test
    void thereAre65535Mappings() {
        for (int i = 0; i < 65535; i++) {
            assertThat(mapAt(0x10_0000_0000L + (long) i * PAGE, PAGE)).isZero();
        }
        assertThat(mapAt(0, PAGE)).isEqualTo(failure(Errno.ENOSPC));
        assertThat(unmap(ALL, 0, 0)).isEqualTo(65535L * PAGE);
        assertThat(mapAt(0, PAGE)).isZero();
    }

    @Test
    void unmapV2RefusesToCutAMapping() {
        mapAt(0x10000, 4 * PAGE);
        mapAt(0x20000, 4 * PAGE);
        assertThat(unmap(0, 0x11000, PAGE)).isEqualTo(failure(Errno.EINVAL));
        assertThat(unmap(0, 0x10000, PAGE)).isEqualTo(failure(Errno.EINVAL));
        assertThat(unmap(0, 0xf000, 2 * PAGE)).isEqualTo(failure(Errno.EINVAL));
        assertThat(unmap(0, 0x30000, PAGE)).as("nothing there").isZero();
        assertThat(unmap(0, 0xf000, 0x20000)).as("both and more").isEqualTo(8L * PAGE);
    }

    @Test
    void unmapV1TakesTheWholeMappingOrSilentlyNothing() {
        use(board(), 1);
        mapAt(0x10000, 4 * PAGE);
        assertThat(unmap(0, 0x11000, PAGE)).as("begins inside").isZero();
        assertThat(unmap(0, 0x10000, PAGE)).as("covers the first page").isEqualTo(4L * PAGE);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 4096", "0, 0, 0", "0, 0, 100", "2, 4096, 0", "2, 0, 4096", "0, -4096, 8192", "3, 0, 0"})
    void unmapRefusesWithEinval(int flags, long iova, long size) {
        assertThat(unmap(flags, iova, size)).isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void addressesCanBeUpdatedAfterTheyWereGivenUp() {
        mapAt(0x10000, PAGE);
        assertThat(map(VADDR, vaddr, 0x10000, PAGE)).isEqualTo(failure(Errno.EINVAL));
        assertThat(map(VADDR, vaddr, 0x20000, PAGE)).isEqualTo(failure(Errno.ENOENT));
        assertThat(unmap(VADDR, 0x10000, PAGE)).isEqualTo(PAGE);
        assertThat(unmap(VADDR, 0x10000, PAGE)).as("twice").isEqualTo(failure(Errno.EINVAL));
        assertThat(map(VADDR, vaddr, 0x10000, PAGE)).isZero();
        assertThat(unmap(0, 0x10000, PAGE)).isEqualTo(PAGE);
    }

    @Test
    void infoTooShortForTheCapabilitiesSaysWhatTheyNeed() {
        ByteBuffer info = words(24, 24);
        assertThat(calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_GET_INFO, info))
                .isZero();
        assertThat(info.getInt(4)).as("PGSIZES and CAPS").isEqualTo(3);
        assertThat(info.getLong(8)).isEqualTo(0x4020_1000L);
        assertThat(info.getInt(16)).as("cap_offset").isZero();
        int needed = info.getInt(0);
        assertThat(needed).isEqualTo(24 + 32 + 16 + 48);
        ByteBuffer whole = words(needed, needed);
        assertThat(calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_GET_INFO, whole))
                .isZero();
        assertThat(chain(whole)).containsExactly("2 v1 at 24", "3 v1 at 56", "1 v1 at 72");
        assertThat(whole.getInt(56 + 8)).as("mappings left").isEqualTo(65535);
        assertThat(whole.getInt(72 + 8)).as("ranges").isEqualTo(2);
        assertThat(whole.getLong(72 + 24)).as("end of the first").isEqualTo(0x7ff_ffffL);
    }

    @Test
    void infoBeforeTheCapabilitiesIsUnderstoodToo() {
        ByteBuffer info = words(24, 16, 0, 0, 0, 77);
        assertThat(calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_GET_INFO, info))
                .isZero();
        assertThat(info.getInt(16)).as("not written").isEqualTo(77);
        assertThat(calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_GET_INFO, words(24, 15)))
                .isEqualTo(failure(Errno.EINVAL));
    }

    private static List<String> chain(ByteBuffer info) {
        List<String> found = new ArrayList<>();
        for (int at = info.getInt(16); at != 0; at = info.getInt(at + 4)) {
            found.add("%d v%d at %d".formatted(info.getShort(at), info.getShort(at + 2), at));
        }
        return found;
    }

    @Test
    void dirtyPagesNeedVersionTwo() {
        use(board(), 1);
        assertThat(calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_DIRTY_PAGES, words(8, 8, 1)))
                .isEqualTo(failure(Errno.EACCES));
    }

    @ParameterizedTest
    @CsvSource({"0", "3", "8"})
    void dirtyPagesTakeOneFlag(int flags) {
        assertThat(calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_DIRTY_PAGES, words(8, 8, flags)))
                .isEqualTo(failure(Errno.EINVAL));
    }

    private ByteBuffer getBitmap(long iova, long size, long pageSize, ByteBuffer bitmap) {
        return words(48, 48, 4)
                .putLong(8, iova)
                .putLong(16, size)
                .putLong(24, pageSize)
                .putLong(32, bitmap.capacity())
                .putLong(40, calls.linux.addressOf(bitmap));
    }

    @Test
    void everyMappedPageIsDirty() {
        int request = VfioIoctl.VFIO_IOMMU_DIRTY_PAGES;
        mapAt(0x10000, 2 * PAGE);
        mapAt(0x14000, 63 * PAGE);
        ByteBuffer bitmap = memory(16);
        ByteBuffer get = getBitmap(0x10000, 67 * PAGE, PAGE, bitmap);
        assertThat(calls.linux.ioctl(container, request, get)).as("not started").isEqualTo(failure(Errno.EINVAL));
        assertThat(calls.linux.ioctl(container, request, words(8, 8, 1))).isZero();
        assertThat(calls.linux.ioctl(container, request, get)).isZero();
        assertThat(bitmap.getLong(0)).isEqualTo(~0b1100L);
        assertThat(bitmap.getLong(8)).isEqualTo(0b111L);
        assertThat(calls.linux.ioctl(container, request, getBitmap(0x10000, 67 * PAGE, 2 * PAGE, bitmap)))
                .as("another page size")
                .isEqualTo(failure(Errno.EINVAL));
        assertThat(calls.linux.ioctl(container, request, getBitmap(0x11000, PAGE, PAGE, bitmap)))
                .as("cuts a mapping")
                .isEqualTo(failure(Errno.EINVAL));
        assertThat(calls.linux.ioctl(container, request, getBitmap(0x10000, 67 * PAGE, PAGE, memory(8))))
                .as("bitmap too small")
                .isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void unmapCanReportWhatWasDirty() {
        mapAt(0x10000, 2 * PAGE);
        calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_DIRTY_PAGES, words(8, 8, 1));
        ByteBuffer bitmap = memory(8);
        ByteBuffer unmap = words(48, 48, 1)
                .putLong(8, 0x10000)
                .putLong(16, 2 * PAGE)
                .putLong(24, PAGE)
                .putLong(32, 8)
                .putLong(40, calls.linux.addressOf(bitmap));
        assertThat(calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_UNMAP_DMA, unmap))
                .isZero();
        assertThat(unmap.getLong(16)).isEqualTo(2 * PAGE);
        assertThat(bitmap.getLong(0)).isEqualTo(0b11);
    }
}
