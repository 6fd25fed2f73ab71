// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.NOIOMMU;
import static org.vfio4j.conformance.Calls.TYPE1_V2;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.vfio.abi.VfioIoctl;

/** Devices without an IOMMU (vfio_noiommu_ops of drivers/vfio/container.c). */
class NoiommuTest extends ConformanceTest {
    private int extension(int container, long extension) {
        return world.linux().ioctl(container, VfioIoctl.VFIO_CHECK_EXTENSION, extension);
    }

    @ParameterizedTest
    @CsvSource({"1, ENODEV", "3, ENODEV", "6, ENODEV", "9, ENODEV", "99, ENODEV", "8, ok"})
    void aNoiommuGroupTakesOnlyThatBackend(long type, String expected) {
        int container = calls.container();
        calls.setContainer(calls.group(LabDevice.VIRTIO), container);
        assertThat(calls.setIommu(container, type)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x3b70, 0x3b71, 0x3b72, 0x3b75, 0x1234})
    void itMapsNothing(int request) {
        int container = calls.attach(LabDevice.VIRTIO).container();
        assertThat(calls.ioctl(container, request, Calls.words(64, 64))).isEqualTo("ENOTTY");
    }

    @Test
    void itStillAnswersForItself() {
        int container = calls.attach(LabDevice.VIRTIO).container();
        assertThat(extension(container, NOIOMMU)).isOne();
        assertThat(extension(container, TYPE1_V2)).isZero();
        assertThat(world.linux().ioctl(container, VfioIoctl.VFIO_GET_API_VERSION, 0L))
                .isZero();
        assertThat(calls.setIommu(container, NOIOMMU)).as("again").isEqualTo("EINVAL");
    }

    @Test
    void severalGroupsShareAContainer() {
        int container = calls.attach(LabDevice.VIRTIO).container();
        int second = calls.group(LabDevice.RTC);
        assertThat(calls.setContainer(second, container)).isEqualTo("ok");
        assertThat(Calls.said(calls.getDeviceFd(second, LabDevice.RTC.device))).isEqualTo("ok");
    }

    @Test
    void withTheModeOffABoundDeviceCannotBeSetUp() {
        int container = calls.container();
        int group = calls.group(LabDevice.VIRTIO);
        sysfs.write(Sysfs.NOIOMMU_MODE, "N");
        try {
            assertThat(extension(container, NOIOMMU)).isZero();
            assertThat(calls.setContainer(group, container)).isEqualTo("ok");
            assertThat(extension(container, NOIOMMU)).isZero();
            assertThat(calls.setIommu(container, NOIOMMU)).isEqualTo("ENODEV");
        } finally {
            sysfs.write(Sysfs.NOIOMMU_MODE, "Y");
        }
        assertThat(calls.setIommu(container, NOIOMMU)).isEqualTo("ok");
    }
}
