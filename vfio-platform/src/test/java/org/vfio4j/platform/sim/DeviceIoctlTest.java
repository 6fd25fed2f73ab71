// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.platform.sim.Calls.failure;
import static org.vfio4j.platform.sim.Calls.words;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.mapper.RegionSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.DevtreeInfo;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The ioctls of a device, but SET_IRQS (Linux drivers/vfio/platform/vfio_platform_common.c). */
class DeviceIoctlTest {
    private final SimulatedBoard board = SmallTree.builder()
            .vfioDevtree(true)
            .resetFunction("test,flash")
            .bindAll()
            .build();
    private final Calls calls = new Calls(board);
    private final int uart = calls.openDevice("/dev/vfio/0", SmallTree.UART);

    private int ioctl(int request, ByteBuffer argument) {
        return calls.linux.ioctl(uart, request, argument);
    }

    @ParameterizedTest
    @CsvSource({"0x3b6b, 16", "0x3b6c, 32", "0x3b6d, 16", "0x3b6e, 20", "0x3b75, 8", "0x3bf0, 20"})
    void aStructureMustBeReachableAndSayThatItIsLongEnough(int request, int minimum) {
        assertThat(calls.linux.ioctl(uart, request, 0L)).as("NULL").isEqualTo(failure(Errno.EFAULT));
        assertThat(ioctl(request, words(minimum - 4, minimum))).as("ends early").isEqualTo(failure(Errno.EFAULT));
        assertThat(ioctl(request, words(minimum, minimum - 1)))
                .as("argsz short")
                .isEqualTo(failure(Errno.EINVAL));
        assertThat(ioctl(request, words(minimum))).as("argsz 0").isEqualTo(failure(Errno.EINVAL));
    }

    @ParameterizedTest
    @CsvSource({"0x3b6c, 32, 1", "0x3b6c, 32, -1", "0x3b6d, 16, 1", "0x3b6d, 16, -1", "0x3bf0, 20, 1", "0x3bf0, 20, -1"
    })
    void anIndexBeyondTheLastIsRefused(int request, int size, int index) {
        assertThat(ioctl(request, words(size, size, 0, index))).isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void infoIsWrittenUpToTheMinimumOnly() {
        ByteBuffer info = words(24, 24, 0, 0, 0, 77, 78);
        assertThat(ioctl(VfioIoctl.VFIO_DEVICE_GET_INFO, info)).isZero();
        assertThat(info.getInt(16)).isEqualTo(77);
        assertThat(info.getInt(20)).isEqualTo(78);
    }

    @Test
    void aStructureCanAlsoBeGivenByItsAddress() {
        ByteBuffer info = words(16, 16);
        assertThat(calls.linux.ioctl(uart, VfioIoctl.VFIO_DEVICE_GET_INFO, calls.linux.addressOf(info)))
                .isZero();
        assertThat(info.getInt(8)).isOne();
    }

    @Test
    void resetNeedsAFunctionAndThenTheFlagIsSet() {
        assertThat(calls.linux.ioctl(uart, VfioIoctl.VFIO_DEVICE_RESET, 0L)).isEqualTo(failure(Errno.EINVAL));
        int flash = calls.openDevice("/dev/vfio/1", SmallTree.FLASH);
        assertThat(calls.linux.ioctl(flash, VfioIoctl.VFIO_DEVICE_RESET, 0L)).isZero();
        ByteBuffer info = words(24, 24);
        calls.linux.ioctl(flash, VfioIoctl.VFIO_DEVICE_GET_INFO, info);
        assertThat(info.getInt(4)).as("PLATFORM and RESET").isEqualTo(5);
    }

    /** vfio_ioctl_device_feature; vfio-platform has none. */
    @ParameterizedTest
    @CsvSource({
        "0, ENOTTY",
        "0x10001, ENOTTY",
        "0x20002, ENOTTY",
        "0x70000, ENOTTY",
        "0x30000, EINVAL",
        "0x80000, EINVAL"
    })
    void noFeatureIsThere(int flags, Errno errno) {
        assertThat(ioctl(VfioIoctl.VFIO_DEVICE_FEATURE, words(8, 8, flags))).isEqualTo(failure(errno));
    }

    @ParameterizedTest
    @CsvSource({"0x3b70", "0x3b74", "0x3b77", "0x3b78", "0x1"})
    void otherIoctlsAreUnknown(int request) {
        assertThat(ioctl(request, words(64, 64))).isEqualTo(failure(Errno.ENOTTY));
    }

    @Test
    void devtreeInfoThatDoesNotFitSaysWhatItNeeds() {
        int request = DevtreeInfo.VFIO_DEVICE_GET_DEVTREE_INFO;
        ByteBuffer header = words(20, 20);
        assertThat(ioctl(request, header)).isEqualTo(failure(Errno.ENOSPC));
        int needed = header.getInt(0);
        assertThat(needed).isEqualTo(20 + "/uart@1000".length() + 1);
        assertThat(ioctl(request, words(needed - 1, needed - 1))).isEqualTo(failure(Errno.ENOSPC));
        ByteBuffer whole = words(needed, needed);
        assertThat(ioctl(request, whole)).isZero();
        byte[] path = new byte[needed - 20];
        whole.get(20, path);
        assertThat(new String(path, StandardCharsets.UTF_8)).isEqualTo("/uart@1000\0");
    }

    @Test
    void devtreeInfoHasTwoTypes() {
        assertThat(ioctl(DevtreeInfo.VFIO_DEVICE_GET_DEVTREE_INFO, words(64, 64, 0, 0, 2)))
                .isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void portsOfABusThatNoHostBridgeRegisteredAreNoRegion() throws Exception {
        int keyboard = calls.openDevice(SmallTree.KEYBOARD);
        ByteBuffer info = words(24, 24);
        calls.linux.ioctl(keyboard, VfioIoctl.VFIO_DEVICE_GET_INFO, info);
        assertThat(info.getInt(8)).isZero();
        assertThat(calls.pread(keyboard, 1, 0)).isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void portsThatAreARegionMayNotBeUsed() {
        RegionMapping ports = new RegionMapping(
                0, "/isa/keyboard", RegionSource.REG, 0, Optional.empty(), 0x60, 0x60, 4, AddressSpace.IO);
        DeviceRegion region = DeviceRegion.of(ports, 4096);
        assertThat(region.flags()).isZero();
        RegionAccessor accessor = new RegionAccessor(
                "keyboard", List.of(region), new PhysicalMemory(List.of(), 4096), new DeviceModels(4096), access -> {});
        assertThatThrownBy(() -> accessor.access(UserBuffer.of(Calls.memory(1)), 0, false))
                .isInstanceOf(KernelError.class)
                .hasMessage("EINVAL");
    }
}
