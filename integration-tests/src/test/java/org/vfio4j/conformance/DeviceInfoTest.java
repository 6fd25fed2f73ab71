// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.vfio.IrqInfo;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.abi.VfioIoctl;

/** GET_INFO, GET_REGION_INFO and GET_IRQ_INFO (drivers/vfio/platform/vfio_platform_common.c). */
class DeviceInfoTest extends ConformanceTest {
    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void regionsAndInterruptsOfEachKindOfDevice(LabDevice device) throws IOException {
        try (PlatformDevice opened = PlatformDevice.open(world.linux(), world.files(), device.device)) {
            assertThat(opened.info().flags()).isEqualTo(device.deviceFlags());
            assertThat(opened.info().regionCount()).isEqualTo(device.regions.size());
            assertThat(opened.info().irqCount()).isEqualTo(device.irqs.size());
            assertThat(opened.regions())
                    .extracting(region -> new LabDevice.Region(region.size(), region.flags()))
                    .isEqualTo(device.regions);
            assertThat(opened.irqs()).extracting(IrqInfo::flags).isEqualTo(device.irqs);
            assertThat(opened.irqs()).extracting(IrqInfo::count).allMatch(count -> count == 1);
            // The offset is a cookie, but two regions may not share one: VFIO_PLATFORM_INDEX_TO_OFFSET.
            assertThat(opened.regions())
                    .extracting(RegionInfo::offset)
                    .isEqualTo(opened.regions().stream()
                            .map(region -> (long) region.index() << 40)
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void anIndexBeyondTheLastIsRefused(LabDevice device) {
        int fd = calls.device(device);
        for (int index : new int[] {device.regions.size(), 1000, -1}) {
            assertThat(calls.ioctl(fd, VfioIoctl.VFIO_DEVICE_GET_REGION_INFO, Calls.words(32, 32, 0, index)))
                    .as("region " + index)
                    .isEqualTo("EINVAL");
        }
        for (int index : new int[] {device.irqs.size(), 1000, -1}) {
            assertThat(calls.ioctl(fd, VfioIoctl.VFIO_DEVICE_GET_IRQ_INFO, Calls.words(16, 16, 0, index)))
                    .as("IRQ " + index)
                    .isEqualTo("EINVAL");
        }
    }

    @ParameterizedTest
    @CsvSource({"0x3b6b, 16", "0x3b6c, 32", "0x3b6d, 16", "0x3b6e, 20", "0x3b75, 8"})
    void aStructureMustBeReachableAndSayThatItIsLongEnough(int request, int minimum) {
        int fd = calls.device(LabDevice.SATA);
        assertThat(calls.ioctl(fd, request, 0L)).as("NULL").isEqualTo("EFAULT");
        assertThat(calls.ioctl(fd, request, Calls.words(64, minimum - 1)))
                .as("argsz short")
                .isEqualTo("EINVAL");
        assertThat(calls.ioctl(fd, request, Calls.words(64))).as("argsz 0").isEqualTo("EINVAL");
    }

    @Test
    void infoIsWrittenUpToWhatThePlatformHasOnly() {
        ByteBuffer info = Calls.words(32, 24, -1, -1, -1, 77, 78, 79);
        assertThat(calls.ioctl(calls.device(LabDevice.SATA), VfioIoctl.VFIO_DEVICE_GET_INFO, info))
                .isEqualTo("ok");
        assertThat(info.getInt(0)).as("argsz").isEqualTo(24);
        assertThat(info.getInt(4)).as("flags").isEqualTo(4);
        assertThat(info.getInt(16)).as("cap_offset").isEqualTo(77);
        assertThat(info.getInt(20)).as("pad").isEqualTo(78);
        assertThat(info.getInt(24)).as("behind it").isEqualTo(79);
    }

    @Test
    void regionInfoIsWrittenWholeAndHasNoCapabilities() {
        ByteBuffer info = Calls.words(40, 40, -1, 0, 55, -1, -1, -1, -1, 77);
        assertThat(calls.ioctl(calls.device(LabDevice.SATA), VfioIoctl.VFIO_DEVICE_GET_REGION_INFO, info))
                .isEqualTo("ok");
        assertThat(info.getInt(0)).as("argsz").isEqualTo(40);
        assertThat(info.getInt(4)).as("flags").isEqualTo(7);
        assertThat(info.getInt(12)).as("cap_offset").isEqualTo(55);
        assertThat(info.getLong(16)).as("size").isEqualTo(0x1000);
        assertThat(info.getLong(24)).as("offset").isZero();
        assertThat(info.getInt(32)).as("behind it").isEqualTo(77);
    }

    @Test
    void resetWithoutAFunctionIsRefused() {
        for (LabDevice device : new LabDevice[] {LabDevice.SATA, LabDevice.VIRTIO, LabDevice.RTC}) {
            assertThat(calls.ioctl(calls.device(device), VfioIoctl.VFIO_DEVICE_RESET, 0L))
                    .as(device.device)
                    .isEqualTo("EINVAL");
        }
    }

    /** vfio_ioctl_device_feature; vfio-platform has none. */
    @ParameterizedTest
    @CsvSource({
        "0, ENOTTY",
        "0x10001, ENOTTY",
        "0x20002, ENOTTY",
        "0x70000, ENOTTY",
        "0x40003, ENOTTY",
        "0x30000, EINVAL",
        "0x80000, EINVAL"
    })
    void noFeatureIsThere(int flags, String expected) {
        assertThat(calls.ioctl(calls.device(LabDevice.SATA), VfioIoctl.VFIO_DEVICE_FEATURE, Calls.words(64, 8, flags)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0x3b70", "0x3b71", "0x3b72", "0x3b73", "0x3b74", "0x3b79", "0x3b64", "0x3bf0", "0x1"})
    void otherIoctlsAreUnknown(int request) {
        assertThat(calls.ioctl(calls.device(LabDevice.SATA), request, Calls.words(64, 64)))
                .isEqualTo("ENOTTY");
    }

    @Test
    void aDeviceCanBeOpenedTwiceAndIsOneDevice() {
        Calls.Attached attached = calls.attach(LabDevice.SATA);
        int first = calls.getDeviceFd(attached.group(), LabDevice.SATA.device);
        int second = calls.getDeviceFd(attached.group(), LabDevice.SATA.device);
        assertThat(second).isNotNegative().isNotEqualTo(first);
        ByteBuffer value = Calls.words(4, 0x600d_f00d);
        assertThat(world.linux().pwrite(first, value, 0x40)).isEqualTo(4);
        ByteBuffer read = Calls.memory(4);
        assertThat(world.linux().pread(second, read, 0x40)).isEqualTo(4);
        assertThat(read.getInt(0)).isEqualTo(0x600d_f00d);
    }
}
