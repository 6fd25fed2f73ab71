// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.Group;
import org.vfio4j.vfio.Ioas;
import org.vfio4j.vfio.IommuFd;
import org.vfio4j.vfio.IovaRange;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** The API over an iommufd, and its errors. */
class IommuFdApiTest extends ConformanceTest {
    private final long page = world.linux().pageSize();
    private IommuFd iommufd;

    @BeforeEach
    void open() throws Exception {
        iommufd = IommuFd.open(world.linux());
    }

    @AfterEach
    void close() {
        iommufd.close();
    }

    private Device sata() throws Exception {
        return iommufd.openDevice(sysfs.deviceFile(LabDevice.SATA));
    }

    private static void assertRefused(ThrowingCallable call, Step step, Errno errno, String meaning) {
        assertThatThrownBy(call).isInstanceOfSatisfying(VfioException.class, e -> {
            assertThat(e.step()).isEqualTo(step);
            assertThat(e.errno()).isEqualTo(errno);
            assertThat(e.meaning()).contains(meaning);
        });
    }

    @Test
    void theWholeWay() throws Exception {
        iommufd.countLockedMemoryForProcess(true);
        Device device = sata();
        assertThat(device.info().regionCount()).isEqualTo(1);
        assertThat(device.region(0).size()).isEqualTo(0x1000);
        Ioas ioas = iommufd.allocateIoas();
        assertThat(ioas.ranges().ranges()).containsExactly(new IovaRange(0, -1));
        ioas.attach(device);
        assertThat(ioas.ranges().ranges())
                .containsExactly(new IovaRange(0, 0x7ff_ffff), new IovaRange(0x810_0000, 0xffff_ffff_ffffL));
        assertThat(ioas.ranges().alignment()).isEqualTo(page);
        long memory = calls.pages(4);
        ioas.map(16 * page, memory, 2 * page, DmaAccess.READ_WRITE);
        assertThat(ioas.mapAnywhere(memory, page, DmaAccess.READ)).isEqualTo(page);
        ioas.copy(64 * page, ioas, 16 * page, 2 * page, DmaAccess.WRITE);
        assertThat(ioas.unmap(16 * page, 2 * page)).isEqualTo(2 * page);
        assertThat(ioas.unmapAll()).isEqualTo(3 * page);
        assertThat(ioas.unmapAll()).isZero();
        Ioas.detach(device);
        ioas.destroy();
        device.close();
        assertThat(Calls.said(calls.device(LabDevice.SATA))).isEqualTo("ok");
    }

    @Test
    void theKernelChoosesWhereItIsAllowed() throws Exception {
        Ioas ioas = iommufd.allocateIoas();
        ioas.allow(List.of(new IovaRange(64 * page, 65 * page - 1)));
        long memory = calls.pages(1);
        assertThat(ioas.mapAnywhere(memory, page, DmaAccess.READ)).isEqualTo(64 * page);
        assertRefused(
                () -> ioas.mapAnywhere(memory, page, DmaAccess.READ), Step.IOAS_MAP, Errno.ENOSPC, "no free IOVA");
        ioas.allow(List.of());
        assertThat(ioas.mapAnywhere(memory, page, DmaAccess.READ)).isEqualTo(page);
    }

    @Test
    void theGroupIsInTheWay() throws Exception {
        try (Group group = Group.open(world.linux(), sysfs.groupFile(LabDevice.SATA))) {
            assertThat(group.status().isViable()).isTrue();
            assertRefused(this::sata, Step.BIND_IOMMUFD, Errno.EBUSY, "group is open");
        }
        Device device = sata();
        assertRefused(
                () -> Group.open(world.linux(), sysfs.groupFile(LabDevice.SATA)), Step.OPEN_GROUP, Errno.EBUSY, "open");
        assertRefused(this::sata, Step.BIND_IOMMUFD, Errno.EINVAL, "bound already");
        device.close();
        sata();
    }

    @Test
    void whatAMappingIsRefusedFor() throws Exception {
        Ioas ioas = iommufd.allocateIoas();
        Device device = sata();
        ioas.attach(device);
        long memory = calls.pages(1);
        assertRefused(
                () -> ioas.map(0, page, page, DmaAccess.READ), Step.IOAS_MAP, Errno.EFAULT, "not ordinary memory");
        assertRefused(() -> ioas.map(8, memory, page, DmaAccess.READ), Step.IOAS_MAP, Errno.EINVAL, "not aligned");
        assertRefused(() -> ioas.map(0x8000000, memory, page, DmaAccess.READ), Step.IOAS_MAP, Errno.EINVAL, "reserved");
        ioas.map(0, memory, page, DmaAccess.READ);
        assertRefused(() -> ioas.map(0, memory, page, DmaAccess.READ), Step.IOAS_MAP, Errno.EEXIST, "mapped already");
        assertRefused(() -> ioas.unmap(page, page), Step.IOAS_UNMAP, Errno.ENOENT, "nothing is mapped");
        assertRefused(() -> ioas.copy(page, ioas, 0, page, DmaAccess.WRITE), Step.IOAS_COPY, Errno.EPERM, "read only");
        assertRefused(
                () -> ioas.copy(page, ioas, page, page, DmaAccess.READ),
                Step.IOAS_COPY,
                Errno.ENOENT,
                "not all mapped");
        assertRefused(ioas::destroy, Step.IOMMU_DESTROY, Errno.EBUSY, "attached");
        assertRefused(
                () -> iommufd.countLockedMemoryForProcess(true), Step.IOMMU_OPTION, Errno.EBUSY, "objects already");
    }

    @Test
    void whatAnAttachmentIsRefusedFor() throws Exception {
        Device device = sata();
        Ioas ioas = iommufd.allocateIoas();
        ioas.map(0x8000000, calls.pages(1), page, DmaAccess.READ);
        assertRefused(() -> ioas.attach(device), Step.ATTACH_IOMMUFD_PT, Errno.EADDRINUSE, "where the device");
        ioas.destroy();
        assertRefused(() -> ioas.attach(device), Step.ATTACH_IOMMUFD_PT, Errno.ENOENT, "no such object");
        assertRefused(ioas::destroy, Step.IOMMU_DESTROY, Errno.ENOENT, "no such object");
    }
}
