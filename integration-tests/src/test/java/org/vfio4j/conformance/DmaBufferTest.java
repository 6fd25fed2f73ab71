// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.dma.Dma;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.platform.dma.DmaRequest;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.Group;
import org.vfio4j.vfio.Ioas;
import org.vfio4j.vfio.IommuFd;
import org.vfio4j.vfio.IommuType;
import org.vfio4j.vfio.IovaRange;
import org.vfio4j.vfio.Type1Info;
import org.vfio4j.vfio.VfioException;

/** DMA buffers of a device behind the SMMU, as a driver has them, on both stacks. */
class DmaBufferTest extends ConformanceTest {
    private final int page = world.linux().pageSize();

    private SysfsDevice entry(LabDevice device) throws Exception {
        return new PlatformBus(world.files()).find(device.device);
    }

    private PlatformDevice open(DmaStack stack) throws Exception {
        return PlatformDevice.open(world.linux(), world.files(), entry(LabDevice.SATA), stack);
    }

    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void buffersComeAndGo(DmaStack stack) throws Exception {
        try (PlatformDevice sata = open(stack)) {
            Dma dma = sata.dma();
            assertThat(dma.stack()).isEqualTo(stack);
            assertThat(dma.ranges().ranges())
                    .containsExactly(new IovaRange(0, 0x7ff_ffff), new IovaRange(0x810_0000, 0xffff_ffff_ffffL));
            assertThat(dma.ranges().alignment()).isEqualTo(page);
            for (DmaAccess access : DmaAccess.values()) {
                DmaBuffer buffer = dma.allocate(DmaRequest.of(3 * page + 1).access(access));
                assertThat(buffer.iova()).isEqualTo(page);
                assertThat(buffer.mappedSize()).isEqualTo(4 * page);
                assertThat(buffer.get64(3 * page - 8)).isZero();
                buffer.put64(3 * page - 8, -2);
                assertThat(buffer.asByteBuffer().getLong(3 * page - 8)).isEqualTo(-2);
                buffer.close();
            }
            assertThat(dma.allocate(DmaRequest.of(1).alignment(0x800_0000)).iova())
                    .as("not in what the SMMU reserves")
                    .isEqualTo(0x1000_0000);
            assertThatThrownBy(() -> dma.allocate(DmaRequest.of(1).at(0x800_0000)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(dma.allocate(DmaRequest.of(1).addressBits(32).at(0xffff_f000L))
                            .iova())
                    .isEqualTo(0xffff_f000L);
        }
    }

    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void closingTheDeviceLetsItBeOpenedTheOtherWay(DmaStack stack) throws Exception {
        for (int i = 0; i < 3; i++) {
            DmaBuffer buffer;
            try (PlatformDevice sata = open(stack)) {
                buffer = sata.dma().allocate(page);
            }
            assertThat(buffer.isClosed()).isTrue();
            DmaStack other = stack == DmaStack.TYPE1 ? DmaStack.IOMMUFD : DmaStack.TYPE1;
            try (PlatformDevice sata = open(other)) {
                assertThat(sata.dma().allocate(page).iova()).isEqualTo(page);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void hugePages(DmaStack stack) throws Exception {
        try (HugePages pages = HugePages.reserve(world, 4);
                PlatformDevice sata = open(stack)) {
            DmaBuffer huge = sata.dma().allocate(DmaRequest.of(3 << 20).inHugePages());
            assertThat(huge.iova()).isEqualTo(2 << 20);
            huge.put32((3 << 20) - 4, 7);
            assertThat(huge.get32((3 << 20) - 4)).isEqualTo(7);
            assertThat(pages.free()).isEqualTo(2);
            huge.close();
            assertThat(pages.free()).isEqualTo(4);
        }
    }

    /** The container was somebody else's, which shows what the kernel has in it. */
    @Test
    void inheritedFromAnOpenerWithAContainer() throws Exception {
        Container container = Container.open(world.linux());
        try (Group group = Group.open(world.linux(), sysfs.groupFile(LabDevice.SATA))) {
            group.attach(container);
            container.setIommu(IommuType.TYPE1_V2);
            Device device = group.openDevice(LabDevice.SATA.device);
            int[] numbers = {
                container.descriptor().lease().number(),
                device.descriptor().lease().number()
            };
            long memory = calls.pages(1);
            try (PlatformDevice sata = PlatformDevice.ofDescriptors(
                    world.linux(), world.files(), entry(LabDevice.SATA), numbers[0], numbers[1])) {
                long free = container.type1Info().availableMappings().orElseThrow();
                DmaBuffer buffer = sata.dma().allocate(page);
                Type1Info info = container.type1Info();
                assertThat(info.availableMappings()).hasValue(free - 1);
                assertThat(info.pageSizes() & page).isNotZero();
                assertThatThrownBy(() -> container.map(buffer.iova(), memory, page, DmaAccess.READ))
                        .isInstanceOfSatisfying(
                                VfioException.class,
                                refused -> assertThat(refused.errno()).isEqualTo(Errno.EEXIST));
                buffer.close();
                assertThat(container.type1Info().availableMappings()).hasValue(free);
                container.map(buffer.iova(), memory, page, DmaAccess.READ);
                assertThat(container.unmap(buffer.iova(), page)).isEqualTo(page);
                assertThat(container.unmapAll()).isZero();
            }
        }
    }

    @Test
    void inheritedFromAnOpenerWithAnIommufd() throws Exception {
        IommuFd iommufd = IommuFd.open(world.linux());
        Device device = iommufd.openDevice(sysfs.deviceFile(LabDevice.SATA));
        Ioas ioas = iommufd.allocateIoas();
        ioas.attach(device);
        int[] numbers = {
            iommufd.descriptor().lease().number(), device.descriptor().lease().number()
        };
        try (PlatformDevice sata = PlatformDevice.ofDescriptors(
                world.linux(), world.files(), entry(LabDevice.SATA), numbers[0], numbers[1], ioas.id())) {
            DmaBuffer buffer = sata.dma().allocate(2 * page);
            assertThatThrownBy(() -> ioas.map(buffer.iova(), calls.pages(1), page, DmaAccess.READ))
                    .isInstanceOfSatisfying(
                            VfioException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.EEXIST));
            buffer.close();
            assertThat(ioas.unmapAll()).as("nothing is left").isZero();
        }
    }

    @Test
    void withoutAnIommuThereIsNoDma() throws Exception {
        try (PlatformDevice virtio = PlatformDevice.open(world.linux(), world.files(), LabDevice.VIRTIO.device)) {
            assertThat(virtio.stack()).isEmpty();
            assertThatThrownBy(virtio::dma).isInstanceOf(UnsupportedOperationException.class);
        }
    }
}
