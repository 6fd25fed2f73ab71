// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.TYPE1_V2;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.vfio.abi.VfioIoctl;

/** A group that is open while its last device is unbound from VFIO (vfio_device_remove_group of drivers/vfio/group.c). */
class RevokedGroupTest extends ConformanceTest {
    private LabDevice unbound;

    private void unbind(LabDevice device) {
        unbound = device;
        sysfs.write(Sysfs.driver(device).resolve("unbind"), device.device);
    }

    @AfterEach
    void bindAgain() {
        calls.close();
        if (unbound != null) {
            sysfs.bindToVfio(unbound);
        }
    }

    private String status(int group) {
        return calls.ioctl(group, VfioIoctl.VFIO_GROUP_GET_STATUS, Calls.words(8, 8));
    }

    @ParameterizedTest
    @EnumSource(
            value = LabDevice.class,
            names = {"SATA", "VIRTIO", "RTC"})
    void whoHasItOpenCanDoNothingWithIt(LabDevice device) {
        int container = calls.container();
        int group = calls.group(device);
        unbind(device);
        assertThat(status(group)).isEqualTo("ENODEV");
        assertThat(calls.setContainer(group, container)).isEqualTo("ENODEV");
        assertThat(calls.setContainer(group, -1)).as("no container").isEqualTo("EBADF");
        assertThat(calls.unsetContainer(group)).isEqualTo("EINVAL");
        assertThat(Calls.said(calls.getDeviceFd(group, device.device))).isEqualTo("ENODEV");
    }

    @Test
    void itIsTakenOutOfItsContainer() {
        Calls.Attached attached = calls.attach(LabDevice.SATA);
        unbind(LabDevice.SATA);
        assertThat(status(attached.group())).isEqualTo("ENODEV");
        assertThat(calls.unsetContainer(attached.group())).isEqualTo("EINVAL");
        assertThat(calls.ioctl(attached.container(), VfioIoctl.VFIO_IOMMU_GET_INFO, Calls.words(64, 64)))
                .as("the container has lost its backend")
                .isEqualTo("EINVAL");
        assertThat(calls.setIommu(attached.container(), TYPE1_V2))
                .as("and its group")
                .isEqualTo("EINVAL");
        assertThat(calls.setContainer(calls.group(LabDevice.CRYPTO), attached.container()))
                .isEqualTo("ok");
    }

    /** Linux finds the open file in /proc, and the character device in it is still the group's. */
    @Test
    void itCannotBeOpenedAnew() {
        int group = calls.group(LabDevice.SATA);
        String again = "/proc/self/fd/" + group;
        assertThat(Calls.said(calls.open(again))).as("open already").isEqualTo("EBUSY");
        unbind(LabDevice.SATA);
        assertThat(Calls.said(calls.open(again))).as("no device is left").isEqualTo("ENODEV");
    }

    @Test
    void boundAgainThereIsAnotherGroupOfTheSameNumber() {
        int old = calls.group(LabDevice.SATA);
        String path = sysfs.groupFile(LabDevice.SATA);
        unbind(LabDevice.SATA);
        assertThat(Calls.said(calls.open(path))).isEqualTo("ENOENT");
        sysfs.bindToVfio(LabDevice.SATA);
        assertThat(sysfs.groupFile(LabDevice.SATA)).isEqualTo(path);
        int renewed = calls.mustOpen(path);
        assertThat(status(renewed)).isEqualTo("ok");
        assertThat(status(old)).as("the old one").isEqualTo("ENODEV");
        assertThat(calls.setContainer(renewed, calls.container())).isEqualTo("ok");
    }

    @Test
    void aNoiommuGroupIsGoneWithItsDevice() {
        calls.group(LabDevice.VIRTIO);
        String number = sysfs.group(LabDevice.VIRTIO);
        unbind(LabDevice.VIRTIO);
        assertThat(world.files().exists(Sysfs.device(LabDevice.VIRTIO).resolve("iommu_group")))
                .isFalse();
        assertThat(world.files().exists(Path.of("/sys/kernel/iommu_groups", number)))
                .isFalse();
    }
}
