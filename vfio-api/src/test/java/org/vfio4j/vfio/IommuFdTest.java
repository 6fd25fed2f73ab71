// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.IommufdIoctl;
import org.vfio4j.vfio.abi.VfioIoctl;
import org.vfio4j.vfio.internal.Structs;

/** What an iommufd, its IO address spaces and devices send to the kernel, and what becomes of its errors. */
class IommuFdTest {
    private static final String DEVICE = FakeVfio.DEVICE_FILE;

    /** A kernel whose iommufd makes objects 5, has two ranges, and answers ok otherwise. */
    private static FakeVfio kernel() {
        FakeVfio linux = new FakeVfio();
        for (int request = IommufdIoctl.IOMMU_DESTROY; request <= IommufdIoctl.IOMMU_OPTION; request++) {
            linux.structs.put(request, argument -> 0);
        }
        linux.structs.put(IommufdIoctl.IOMMU_IOAS_ALLOC, alloc -> {
            alloc.putInt(8, 5);
            return 0;
        });
        linux.structs.put(IommufdIoctl.IOMMU_IOAS_IOVA_RANGES, ranges -> {
            ranges.putInt(8, 2).putLong(24, 4096);
            return 0;
        });
        linux.structs.put(VfioIoctl.VFIO_DEVICE_BIND_IOMMUFD, bind -> {
            bind.putInt(12, 1);
            return linux.open.get(bind.getInt(8)).equals(IommuFd.PATH) ? 0 : -Errno.EBADFD.number();
        });
        linux.structs.put(VfioIoctl.VFIO_DEVICE_ATTACH_IOMMUFD_PT, attach -> 0);
        linux.structs.put(VfioIoctl.VFIO_DEVICE_DETACH_IOMMUFD_PT, detach -> 0);
        return linux;
    }

    /** Every call that the classes make. */
    private static void useAll(FakeVfio linux) throws Exception {
        try (IommuFd iommufd = IommuFd.open(linux)) {
            iommufd.countLockedMemoryForProcess(true);
            Device device = iommufd.openDevice(DEVICE);
            Ioas ioas = iommufd.allocateIoas();
            ioas.useLargePages(false);
            ioas.allow(List.of(new IovaRange(0x1000, 0x1fff)));
            ioas.attach(device);
            ioas.ranges();
            ioas.map(0x1000, 0x7000_0000, 0x2000, DmaAccess.READ);
            ioas.mapAnywhere(0x7000_0000, 0x2000, DmaAccess.WRITE);
            ioas.copy(0x8000, ioas, 0x1000, 0x2000, DmaAccess.READ_WRITE);
            ioas.unmap(0x1000, 0x2000);
            ioas.unmapAll();
            Ioas.detach(device);
            ioas.destroy();
        }
    }

    @Test
    void withoutAFaultEveryCallIsMade() throws Exception {
        FakeVfio linux = kernel();
        useAll(linux);
        assertThat(linux.calls)
                .containsExactly(
                        "open /dev/iommu",
                        "ioctl 0x3b87",
                        "open " + DEVICE,
                        "ioctl 0x3b76",
                        "ioctl 0x3b81",
                        "ioctl 0x3b87",
                        "ioctl 0x3b82",
                        "ioctl 0x3b77",
                        "ioctl 0x3b84",
                        "ioctl 0x3b85",
                        "ioctl 0x3b85",
                        "ioctl 0x3b83",
                        "ioctl 0x3b86",
                        "ioctl 0x3b86",
                        "ioctl 0x3b78",
                        "ioctl 0x3b80",
                        "close " + DEVICE,
                        "close /dev/iommu");
        assertThat(linux.open).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> aFailureIsATypedErrorAndLeavesNoDescriptor() throws Exception {
        FakeVfio model = kernel();
        useAll(model);
        return IntStream.range(0, model.calls.size())
                .filter(i -> !model.calls.get(i).startsWith("close"))
                .boxed()
                .flatMap(i -> Stream.of(Errno.EPERM, Errno.EINVAL, Errno.ENOENT, Errno.EBUSY, Errno.EFAULT, Errno.EIO)
                        .map(errno -> dynamicTest(model.calls.get(i) + " (call " + i + ") " + errno, () -> {
                            FakeVfio linux = kernel().fail(i, errno);
                            assertThatThrownBy(() -> useAll(linux)).isInstanceOfSatisfying(VfioException.class, e -> {
                                assertThat(e.errno()).isEqualTo(errno);
                                assertThat(e.meaning()).isNotBlank();
                                assertThat(e.remedy()).isNotBlank();
                            });
                            assertThat(linux.open).isEmpty();
                        })));
    }

    private static Ioas ioas(FakeVfio linux) throws VfioException {
        return IommuFd.open(linux).allocateIoas();
    }

    private static ByteBuffer copyOf(ByteBuffer argument, int size) {
        ByteBuffer copy = Structs.allocate(size);
        for (int i = 0; i < size; i++) {
            copy.put(i, argument.get(i));
        }
        return copy;
    }

    @Test
    void aMappingIsSentAsItIsAskedFor() throws Exception {
        FakeVfio linux = kernel();
        ByteBuffer[] seen = new ByteBuffer[1];
        linux.structs.put(IommufdIoctl.IOMMU_IOAS_MAP, map -> {
            seen[0] = copyOf(map, 40);
            map.putLong(32, 0xabc000);
            return 0;
        });
        Ioas ioas = ioas(linux);
        ioas.map(0x1000, 0x7000_0000, 0x2000, DmaAccess.READ);
        assertThat(seen[0].getInt(0)).isEqualTo(40);
        assertThat(seen[0].getInt(4)).as("fixed, readable").isEqualTo(1 | 4);
        assertThat(seen[0].getInt(8)).isEqualTo(5);
        assertThat(seen[0].getLong(16)).isEqualTo(0x7000_0000);
        assertThat(seen[0].getLong(24)).isEqualTo(0x2000);
        assertThat(seen[0].getLong(32)).isEqualTo(0x1000);
        assertThat(ioas.mapAnywhere(0x7000_0000, 0x2000, DmaAccess.READ_WRITE)).isEqualTo(0xabc000);
        assertThat(seen[0].getInt(4)).as("not fixed").isEqualTo(2 | 4);
        ioas.map(0x1000, 0x7000_0000, 0x2000, DmaAccess.WRITE);
        assertThat(seen[0].getInt(4)).isEqualTo(1 | 2);
    }

    @Test
    void unmappingAllIsFromZeroToTheEnd() throws Exception {
        FakeVfio linux = kernel();
        linux.structs.put(IommufdIoctl.IOMMU_IOAS_UNMAP, unmap -> {
            assertThat(unmap.getInt(4)).isEqualTo(5);
            assertThat(unmap.getLong(8)).isZero();
            assertThat(unmap.getLong(16)).isEqualTo(-1);
            unmap.putLong(16, 0x3000);
            return 0;
        });
        assertThat(ioas(linux).unmapAll()).isEqualTo(0x3000);
    }

    @Test
    void moreRangesThanThereIsRoomForAreAskedForAgain() throws Exception {
        FakeVfio linux = kernel();
        linux.structs.put(IommufdIoctl.IOMMU_IOAS_IOVA_RANGES, ranges -> {
            int room = ranges.getInt(8);
            ranges.putInt(8, 40).putLong(24, 0x10000);
            return room < 40 ? -Errno.EMSGSIZE.number() : 0;
        });
        IovaRanges ranges = ioas(linux).ranges();
        assertThat(ranges.ranges()).hasSize(40);
        assertThat(ranges.alignment()).isEqualTo(0x10000);
        assertThat(linux.calls.stream().filter("ioctl 0x3b84"::equals)).hasSize(2);
    }

    @Test
    void aNumberOfRangesThatCannotBeIsNotBelieved() throws Exception {
        for (int count : new int[] {17, -1}) {
            FakeVfio linux = kernel();
            linux.structs.put(IommufdIoctl.IOMMU_IOAS_IOVA_RANGES, ranges -> {
                ranges.putInt(8, count);
                return 0;
            });
            assertThatThrownBy(() -> ioas(linux).ranges())
                    .isInstanceOf(KernelReplyException.class)
                    .hasMessageContaining("room for 16");
        }
    }

    @Test
    void closingTheIommufdClosesItsDevicesFirst() throws Exception {
        FakeVfio linux = kernel();
        IommuFd iommufd = IommuFd.open(linux);
        Device device = iommufd.openDevice(DEVICE);
        iommufd.close();
        assertThat(device.isClosed()).isTrue();
        assertThat(iommufd.isClosed()).isTrue();
        assertThat(linux.calls).endsWith("close " + DEVICE, "close /dev/iommu");
        iommufd.close();
        assertThatThrownBy(iommufd::allocateIoas)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/dev/iommu is closed");
        assertThatThrownBy(() -> iommufd.openDevice(DEVICE)).isInstanceOf(IllegalStateException.class);
        assertThat(linux.open).isEmpty();
    }
}
