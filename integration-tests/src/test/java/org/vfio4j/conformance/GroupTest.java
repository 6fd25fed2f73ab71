// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.conformance.Calls.NOIOMMU;
import static org.vfio4j.conformance.Calls.TYPE1_V2;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.Group;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.abi.VfioIoctl;

/** /dev/vfio/N (drivers/vfio/group.c). */
class GroupTest extends ConformanceTest {
    private static final int VIABLE = 1;
    private static final int CONTAINER_SET = 2;

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void aGroupIsOpenOnce(LabDevice device) {
        int group = calls.group(device);
        assertThat(Calls.said(calls.open(sysfs.groupFile(device)))).isEqualTo("EBUSY");
        calls.close(group);
        assertThat(Calls.said(calls.open(sysfs.groupFile(device)))).isEqualTo("ok");
    }

    @Test
    void theApiExplainsTheSecondOpen() throws Exception {
        String path = sysfs.groupFile(LabDevice.SATA);
        try (Group first = Group.open(world.linux(), path)) {
            assertThat(first.status().isViable()).isTrue();
            assertThatThrownBy(() -> Group.open(world.linux(), path))
                    .isInstanceOfSatisfying(
                            VfioException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.EBUSY));
        }
    }

    @Test
    void aGroupThatIsNotThereHasNoFile() {
        assertThat(Calls.said(calls.open("/dev/vfio/99999"))).isEqualTo("ENOENT");
    }

    @Test
    void statusFollowsTheContainer() {
        int container = calls.container();
        int group = calls.group(LabDevice.SATA);
        assertThat(calls.groupFlags(group)).isEqualTo(VIABLE);
        calls.setContainer(group, container);
        assertThat(calls.groupFlags(group)).isEqualTo(VIABLE | CONTAINER_SET);
        calls.unsetContainer(group);
        assertThat(calls.groupFlags(group)).isEqualTo(VIABLE);
    }

    @Test
    void statusOfANoiommuGroup() {
        int container = calls.container();
        int group = calls.group(LabDevice.VIRTIO);
        assertThat(calls.groupFlags(group)).isEqualTo(VIABLE);
        calls.setContainer(group, container);
        assertThat(calls.groupFlags(group)).isEqualTo(VIABLE | CONTAINER_SET);
    }

    @Test
    void statusMustBeReachableAndLongEnough() {
        int group = calls.group(LabDevice.SATA);
        assertThat(calls.ioctl(group, VfioIoctl.VFIO_GROUP_GET_STATUS, 0L)).isEqualTo("EFAULT");
        assertThat(calls.ioctl(group, VfioIoctl.VFIO_GROUP_GET_STATUS, Calls.words(8, 7)))
                .isEqualTo("EINVAL");
    }

    @Test
    void aContainerIsADescriptorOfOne() {
        int group = calls.group(LabDevice.SATA);
        assertThat(calls.ioctl(group, VfioIoctl.VFIO_GROUP_SET_CONTAINER, 0L))
                .as("NULL")
                .isEqualTo("EFAULT");
        assertThat(calls.setContainer(group, -1)).isEqualTo("EBADF");
        assertThat(calls.setContainer(group, 9999)).isEqualTo("EBADF");
        assertThat(calls.setContainer(group, calls.eventfd(0))).as("an eventfd").isEqualTo("EBADFD");
        assertThat(calls.setContainer(group, group)).as("itself").isEqualTo("EBADFD");
    }

    @Test
    void aGroupHasOneContainer() {
        int group = calls.group(LabDevice.SATA);
        int container = calls.container();
        assertThat(calls.unsetContainer(group)).as("none set").isEqualTo("EINVAL");
        assertThat(calls.setContainer(group, container)).isEqualTo("ok");
        assertThat(calls.setContainer(group, container)).as("again").isEqualTo("EINVAL");
        assertThat(calls.setContainer(group, calls.container())).as("another").isEqualTo("EINVAL");
        assertThat(calls.setContainer(group, -1))
                .as("the descriptor is looked at first")
                .isEqualTo("EBADF");
        assertThat(calls.unsetContainer(group)).isEqualTo("ok");
        assertThat(calls.unsetContainer(group)).as("gone").isEqualTo("EINVAL");
    }

    @Test
    void aDeviceNeedsAContainerWithABackend() {
        int container = calls.container();
        int group = calls.group(LabDevice.SATA);
        String name = LabDevice.SATA.device;
        assertThat(Calls.said(calls.getDeviceFd(group, name)))
                .as("no container")
                .isEqualTo("EINVAL");
        calls.setContainer(group, container);
        assertThat(Calls.said(calls.getDeviceFd(group, name))).as("no backend").isEqualTo("EINVAL");
        calls.setIommu(container, TYPE1_V2);
        assertThat(Calls.said(calls.getDeviceFd(group, name))).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "ffe300000.crypto", "sata", "ffe220000.sata "})
    void aDeviceOfAnotherNameIsNotInTheGroup(String name) {
        assertThat(Calls.said(calls.getDeviceFd(calls.attach(LabDevice.SATA).group(), name)))
                .isEqualTo("ENODEV");
        calls.close();
        assertThat(Calls.said(calls.getDeviceFd(calls.group(LabDevice.SATA), name)))
                .as("without container")
                .isEqualTo("ENODEV");
    }

    @Test
    void theNameMustBeReachable() {
        int group = calls.attach(LabDevice.SATA).group();
        assertThat(calls.ioctl(group, VfioIoctl.VFIO_GROUP_GET_DEVICE_FD, 0L)).isEqualTo("EFAULT");
        assertThat(Calls.said(calls.getDeviceFd(group, "x".repeat(world.linux().pageSize()))))
                .as("longer than a page")
                .isEqualTo("EINVAL");
    }

    @Test
    void anOpenDeviceKeepsTheContainer() {
        Calls.Attached attached = calls.attach(LabDevice.SATA);
        int device = calls.getDeviceFd(attached.group(), LabDevice.SATA.device);
        assertThat(calls.unsetContainer(attached.group())).isEqualTo("EBUSY");
        calls.close(device);
        assertThat(calls.unsetContainer(attached.group())).isEqualTo("ok");
    }

    /** vfio_group_use_container takes a reference on the opened group file. */
    @Test
    void anOpenDeviceKeepsTheGroupAlsoWhenItsDescriptorIsClosed() {
        Calls.Attached attached = calls.attach(LabDevice.SATA);
        int device = calls.getDeviceFd(attached.group(), LabDevice.SATA.device);
        calls.close(attached.group());
        calls.close(attached.container());
        assertThat(Calls.said(calls.open(sysfs.groupFile(LabDevice.SATA)))).isEqualTo("EBUSY");
        assertThat(world.linux().pread(device, Calls.memory(4), 0)).isEqualTo(4);
        calls.close(device);
        assertThat(Calls.said(calls.open(sysfs.groupFile(LabDevice.SATA)))).isEqualTo("ok");
    }

    @Test
    void otherIoctlsAreUnknown() {
        int group = calls.group(LabDevice.SATA);
        for (int request : new int[] {0x3b64, 0x3b66, 0x3b6b, 0x1}) {
            assertThat(calls.ioctl(group, request, Calls.words(64, 64))).isEqualTo("ENOTTY");
        }
    }

    @Test
    void readAndWriteAreNotThere() {
        int group = calls.group(LabDevice.SATA);
        assertThat(Calls.said(world.linux().read(group, Calls.memory(8)))).isEqualTo("EINVAL");
        assertThat(Calls.said(world.linux().write(group, Calls.memory(8)))).isEqualTo("EINVAL");
    }

    @Test
    void realAndNoiommuGroupsDoNotMix() {
        int container = calls.container();
        calls.setContainer(calls.group(LabDevice.SATA), container);
        int other = calls.group(LabDevice.VIRTIO);
        assertThat(calls.setContainer(other, container)).isEqualTo("EPERM");
        assertThat(calls.groupFlags(other)).isEqualTo(VIABLE);
        int second = calls.container();
        assertThat(calls.setContainer(other, second)).isEqualTo("ok");
        assertThat(calls.setIommu(second, NOIOMMU)).isEqualTo("ok");
        assertThat(calls.setContainer(calls.group(LabDevice.CRYPTO), second)).isEqualTo("EPERM");
    }
}
