// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.NOIOMMU;
import static org.vfio4j.conformance.Calls.TYPE1;
import static org.vfio4j.conformance.Calls.TYPE1_V2;

import org.junit.jupiter.api.Test;
import org.vfio4j.vfio.abi.VfioIoctl;

/** An iommufd as the container of groups (drivers/vfio/group.c and iommufd.c, drivers/iommu/iommufd/vfio_compat.c). */
class IommufdContainerTest extends ConformanceTest {
    private static final int VIABLE_AND_SET = 3;
    private static final int GET = 0;
    private static final int CLEAR = 2;

    private final long page = world.linux().pageSize();
    private final Iommufd iommufd = new Iommufd(calls);
    private final Type1 type1 = Type1.of(calls, iommufd);

    private int group(LabDevice device) {
        int group = calls.group(device);
        assertThat(calls.setContainer(group, iommufd.fd)).as("SET_CONTAINER").isEqualTo("ok");
        return group;
    }

    private String open(int group, LabDevice device) {
        return Calls.said(calls.getDeviceFd(group, device.device));
    }

    @Test
    void aGroupBringsAnIoas() {
        int group = group(LabDevice.SATA);
        assertThat(calls.groupFlags(group)).isEqualTo(VIABLE_AND_SET);
        assertThat(iommufd.vfioIoas(GET, 0)).isEqualTo("1");
        assertThat(calls.setContainer(group, iommufd.fd)).as("again").isEqualTo("EINVAL");
        assertThat(calls.setIommu(iommufd.fd, TYPE1_V2)).isEqualTo("ok");
    }

    @Test
    void anIoasThatIsThereIsUsed() {
        int first = iommufd.alloc();
        int second = iommufd.alloc();
        iommufd.vfioIoas(1, second);
        group(LabDevice.SATA);
        assertThat(iommufd.vfioIoas(GET, 0)).isEqualTo("" + second);
        assertThat(iommufd.alloc()).as("no other was made").isEqualTo(second + 1);
        assertThat(first).isEqualTo(1);
    }

    /** With a container SET_IOMMU must come first; an iommufd has its IOAS already. */
    @Test
    void aDeviceCanBeOpenedBeforeSetIommu() {
        int group = group(LabDevice.SATA);
        int device = calls.getDeviceFd(group, LabDevice.SATA.device);
        assertThat(Calls.said(device)).isEqualTo("ok");
        assertThat(world.linux().pread(device, Calls.memory(4), 0)).isEqualTo(4);
        assertThat(iommufd.destroy(1)).as("the IOAS").isEqualTo("EBUSY");
        assertThat(iommufd.destroy(2)).as("the device").isEqualTo("EBUSY");
        assertThat(iommufd.destroy(3)).as("the page table").isEqualTo("EBUSY");
    }

    @Test
    void memoryIsMappedForTheDevices() {
        int group = group(LabDevice.SATA);
        calls.setIommu(iommufd.fd, TYPE1_V2);
        long memory = calls.pages(4);
        assertThat(type1.map(3, memory, 0x8000000, page))
                .as("no device is open yet")
                .isEqualTo("ok");
        assertThat(open(group, LabDevice.SATA)).isEqualTo("EADDRINUSE");
        assertThat(type1.unmapPages(0, 0x8000000, page)).isEqualTo("ok 1");
        assertThat(open(group, LabDevice.SATA)).isEqualTo("ok");
        assertThat(type1.map(3, memory, 0x8000000, page)).isEqualTo("EINVAL");
        assertThat(type1.map(3, memory, 16 * page, 4 * page)).isEqualTo("ok");
        assertThat(type1.map(3, page, 32 * page, page)).isEqualTo("EFAULT");
        assertThat(type1.unmapPages(0, 16 * page, page)).as("cut").isEqualTo("ENOENT 0");
        assertThat(type1.unmapPages(2, 0, 0)).isEqualTo("ok 4");
    }

    @Test
    void version1IsChosenBeforeAnythingIsMapped() {
        int group = group(LabDevice.SATA);
        assertThat(open(group, LabDevice.SATA)).isEqualTo("ok");
        type1.map(3, calls.pages(4), 16 * page, 4 * page);
        assertThat(calls.setIommu(iommufd.fd, TYPE1)).isEqualTo("EINVAL");
        type1.unmapPages(2, 0, 0);
        assertThat(calls.setIommu(iommufd.fd, TYPE1)).isEqualTo("ok");
        type1.map(3, calls.pages(4), 16 * page, 4 * page);
        assertThat(type1.unmapPages(0, 17 * page, page)).as("a hole").isEqualTo("ok 1");
        assertThat(type1.unmapPages(2, 0, 0)).isEqualTo("ok 3");
    }

    @Test
    void severalGroupsShareIt() {
        int sata = group(LabDevice.SATA);
        int crypto = group(LabDevice.CRYPTO);
        assertThat(open(sata, LabDevice.SATA)).isEqualTo("ok");
        assertThat(open(crypto, LabDevice.CRYPTO)).isEqualTo("ok");
        assertThat(iommufd.alloc()).as("IOAS, device, page table, device").isEqualTo(5);
    }

    @Test
    void aDeviceNeedsTheIoas() {
        int group = group(LabDevice.SATA);
        iommufd.vfioIoas(CLEAR, 0);
        assertThat(open(group, LabDevice.SATA)).isEqualTo("ENODEV");
        assertThat(calls.setIommu(iommufd.fd, TYPE1_V2)).isEqualTo("ENODEV");
        iommufd.vfioIoas(1, 1);
        assertThat(open(group, LabDevice.SATA)).isEqualTo("ok");
    }

    @Test
    void interruptsMustBeIsolatedForTheDeviceAndNotForTheGroup() {
        sysfs.write(Sysfs.UNSAFE_INTERRUPTS_OF_IOMMUFD, "N");
        try {
            int group = group(LabDevice.SATA);
            assertThat(calls.setIommu(iommufd.fd, TYPE1_V2)).isEqualTo("ok");
            assertThat(open(group, LabDevice.SATA)).isEqualTo("EPERM");
        } finally {
            sysfs.write(Sysfs.UNSAFE_INTERRUPTS_OF_IOMMUFD, "Y");
        }
    }

    @Test
    void aGroupCanBeTakenAway() {
        int group = group(LabDevice.SATA);
        assertThat(calls.unsetContainer(group)).isEqualTo("ok");
        assertThat(calls.unsetContainer(group)).isEqualTo("EINVAL");
        assertThat(open(group, LabDevice.SATA)).isEqualTo("EINVAL");
        assertThat(iommufd.vfioIoas(GET, 0)).as("the IOAS stays").isEqualTo("1");
        assertThat(calls.setContainer(group, calls.container())).isEqualTo("ok");
    }

    /** vfio_group_ioctl_unset_container: only a container is asked for its users. */
    @Test
    void anOpenDeviceDoesNotKeepTheGroup() {
        int group = group(LabDevice.SATA);
        int device = calls.getDeviceFd(group, LabDevice.SATA.device);
        assertThat(calls.unsetContainer(group)).isEqualTo("ok");
        assertThat(world.linux().pread(device, Calls.memory(4), 0)).isEqualTo(4);
        assertThat(open(group, LabDevice.SATA)).as("once more").isEqualTo("EINVAL");
        assertThat(calls.setContainer(group, calls.container()))
                .as("its DMA is the iommufd's")
                .isEqualTo("EPERM");
        calls.close(device);
        assertThat(calls.setContainer(group, calls.container())).isEqualTo("ok");
    }

    @Test
    void anOpenDeviceDoesNotKeepTheGroupOpen() {
        int group = group(LabDevice.SATA);
        int device = calls.getDeviceFd(group, LabDevice.SATA.device);
        calls.close(group);
        assertThat(world.linux().pread(device, Calls.memory(4), 0)).isEqualTo(4);
        int again = calls.open(sysfs.groupFile(LabDevice.SATA));
        assertThat(Calls.said(again)).isEqualTo("ok");
        assertThat(calls.groupFlags(again)).as("not viable: its DMA is owned").isZero();
        calls.close(again);
        assertThat(Cdev.open(calls, sysfs, LabDevice.SATA).bind(iommufd.fd))
                .as("it is open")
                .isEqualTo("EINVAL");
    }

    @Test
    void aDeviceOfAGroupIsOpenedSeveralTimes() {
        int group = group(LabDevice.SATA);
        assertThat(open(group, LabDevice.SATA)).isEqualTo("ok");
        assertThat(open(group, LabDevice.SATA)).isEqualTo("ok");
    }

    @Test
    void noiommuHasNoIoas() {
        int group = group(LabDevice.VIRTIO);
        assertThat(iommufd.vfioIoas(GET, 0)).isEqualTo("ENODEV");
        for (int type : new int[] {TYPE1, TYPE1_V2, 9}) {
            assertThat(world.linux().ioctl(iommufd.fd, VfioIoctl.VFIO_CHECK_EXTENSION, (long) type))
                    .as("extension %d", type)
                    .isZero();
        }
        assertThat(calls.setIommu(iommufd.fd, TYPE1_V2)).isEqualTo("EINVAL");
        assertThat(calls.setIommu(iommufd.fd, NOIOMMU)).isEqualTo("ok");
        assertThat(type1.map(3, calls.pages(1), 0, page)).isEqualTo("ENODEV");
        assertThat(open(group, LabDevice.VIRTIO)).isEqualTo("ok");
    }

    @Test
    void noiommuAndAnIoasDoNotMix() {
        group(LabDevice.VIRTIO);
        assertThat(calls.setContainer(calls.group(LabDevice.SATA), iommufd.fd)).isEqualTo("EINVAL");
        Iommufd other = new Iommufd(calls);
        assertThat(calls.setContainer(calls.group(LabDevice.CRYPTO), other.fd)).isEqualTo("ok");
        assertThat(calls.setContainer(calls.group(LabDevice.RTC), other.fd)).isEqualTo("EINVAL");
    }

    @Test
    void aNoiommuDeviceIsRefusedOnceAnIoasIsChosen() {
        int group = group(LabDevice.VIRTIO);
        iommufd.vfioIoas(1, iommufd.alloc());
        assertThat(open(group, LabDevice.VIRTIO)).isEqualTo("EPERM");
        iommufd.vfioIoas(CLEAR, 0);
        assertThat(open(group, LabDevice.VIRTIO)).isEqualTo("ok");
    }
}
