// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The calls of a container to an iommufd without a device (drivers/iommu/iommufd/vfio_compat.c). */
class IommufdCompatTest extends ConformanceTest {
    private static final int GET = 0;
    private static final int SET = 1;
    private static final int CLEAR = 2;

    private final long page = world.linux().pageSize();
    private final Iommufd iommufd = new Iommufd(calls);
    private final Type1 type1 = Type1.of(calls, iommufd);

    @Test
    void theApiVersionIsZero() {
        assertThat(world.linux().ioctl(iommufd.fd, VfioIoctl.VFIO_GET_API_VERSION, 0L))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "2, 0", "3, 1", "6, 0", "7, 0", "8, 1", "9, 1", "10, 0", "11, 0", "-1, 0"})
    void extensions(long extension, int answer) {
        assertThat(world.linux().ioctl(iommufd.fd, VfioIoctl.VFIO_CHECK_EXTENSION, extension))
                .isEqualTo(answer);
    }

    @Test
    void coherenceIsAskedOfTheIoas() {
        assertThat(calls.ioctl(iommufd.fd, VfioIoctl.VFIO_CHECK_EXTENSION, 4L)).isEqualTo("ENODEV");
        iommufd.vfioIoas(SET, iommufd.alloc());
        assertThat(world.linux().ioctl(iommufd.fd, VfioIoctl.VFIO_CHECK_EXTENSION, 4L))
                .as("no IOMMU does not keep it")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1, ENODEV", "3, ENODEV", "0, EINVAL", "6, EINVAL", "8, EINVAL", "99, EINVAL", "-1, EINVAL"})
    void setIommuNeedsAnIoas(long type, String expected) {
        assertThat(calls.setIommu(iommufd.fd, type)).isEqualTo(expected);
    }

    @Test
    void withoutAnIoasACallIsCheckedAndThenRefused() {
        assertThat(iommufd.ioctl(VfioIoctl.VFIO_IOMMU_GET_INFO, Calls.words(64, 1)))
                .isEqualTo("EINVAL");
        assertThat(iommufd.ioctl(VfioIoctl.VFIO_IOMMU_GET_INFO, Calls.words(64, 64)))
                .isEqualTo("ENODEV");
        assertThat(iommufd.ioctl(VfioIoctl.VFIO_IOMMU_MAP_DMA, Type1.mapArgument(1, 3, 0, 0, 0)))
                .isEqualTo("EINVAL");
        assertThat(type1.map(1 << 31, 0, 0, page)).isEqualTo("EINVAL");
        assertThat(type1.map(4, 0, 0, page)).as("VADDR").isEqualTo("EINVAL");
        assertThat(type1.map(3, 0, 0, page)).isEqualTo("ENODEV");
        assertThat(iommufd.ioctl(VfioIoctl.VFIO_IOMMU_UNMAP_DMA, Type1.unmapArgument(1, 0, 0, 0)))
                .isEqualTo("EINVAL");
        assertThat(type1.unmapPages(1 << 31, 0, page)).isEqualTo("EINVAL 1");
        assertThat(type1.unmapPages(1, 0, page)).as("GET_DIRTY_BITMAP").isEqualTo("EINVAL 1");
        assertThat(type1.unmapPages(4, 0, page)).as("VADDR").isEqualTo("EINVAL 1");
        assertThat(type1.unmapPages(0, 0, page)).isEqualTo("ENODEV 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {VfioIoctl.VFIO_IOMMU_GET_INFO, VfioIoctl.VFIO_IOMMU_MAP_DMA, VfioIoctl.VFIO_IOMMU_UNMAP_DMA})
    void structuresMustBeReachable(int request) {
        assertThat(calls.ioctl(iommufd.fd, request, 0L)).isEqualTo("EFAULT");
    }

    @Test
    void dirtyPagesAreNotThere() {
        iommufd.vfioIoas(SET, iommufd.alloc());
        assertThat(iommufd.ioctl(VfioIoctl.VFIO_IOMMU_DIRTY_PAGES, Calls.words(8, 8, 1)))
                .isEqualTo("ENOTTY");
    }

    @Test
    void theIoasIsChosen() {
        int id = iommufd.alloc();
        assertThat(iommufd.vfioIoas(GET, 0)).isEqualTo("ENODEV");
        assertThat(iommufd.vfioIoas(SET, 99)).isEqualTo("ENOENT");
        assertThat(iommufd.vfioIoas(SET, id)).isEqualTo("" + id);
        assertThat(iommufd.vfioIoas(GET, 0)).isEqualTo("" + id);
        int other = iommufd.alloc();
        assertThat(iommufd.vfioIoas(SET, other)).as("another").isEqualTo("" + other);
        assertThat(iommufd.vfioIoas(GET, 0)).isEqualTo("" + other);
        assertThat(iommufd.vfioIoas(CLEAR, 0)).isEqualTo("0");
        assertThat(iommufd.vfioIoas(GET, 0)).isEqualTo("ENODEV");
        assertThat(iommufd.vfioIoas(CLEAR, 0)).as("again").isEqualTo("0");
        assertThat(iommufd.vfioIoas(3, id)).isEqualTo("EOPNOTSUPP");
        assertThat(iommufd.vfioIoas(0x10000, id)).as("a reserved member").isEqualTo("EOPNOTSUPP");
    }

    @Test
    void aDestroyedIoasIsNotChosenAnyMore() {
        int id = iommufd.alloc();
        iommufd.vfioIoas(SET, id);
        assertThat(iommufd.destroy(id)).isEqualTo("ok");
        assertThat(iommufd.vfioIoas(GET, 0)).isEqualTo("ENODEV");
    }
}
