// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.VfioIoctl;

/** /dev/vfio/devices/vfioN and its binding to an iommufd (drivers/vfio/device_cdev.c, vfio_main.c). */
class CdevTest extends ConformanceTest {
    private final Iommufd iommufd = new Iommufd(calls);

    private Cdev open(LabDevice device) {
        return Cdev.open(calls, sysfs, device);
    }

    private Cdev bound(LabDevice device) {
        return Cdev.bound(calls, sysfs, device, iommufd);
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void aDeviceBehindAnIommuHasAFileOfItsOwn(LabDevice device) throws Exception {
        Path directory = Sysfs.device(device).resolve("vfio-dev");
        assertThat(world.files().list(directory)).hasSize(1);
        String name = sysfs.vfioName(device);
        assertThat(name).matches("vfio[0-9]+");
        assertThat(world.files().exists(directory.resolve(name).resolve("dev"))).isEqualTo(device.behindIommu);
        assertThat(world.files().exists(Path.of("/dev/vfio/devices", name))).isEqualTo(device.behindIommu);
        String uevent = sysfs.read(directory.resolve(name).resolve("uevent"));
        if (device.behindIommu) {
            String minor = name.substring("vfio".length());
            assertThat(sysfs.read(directory.resolve(name).resolve("dev"))).matches("[0-9]+:" + minor + "\n");
            assertThat(uevent).matches("MAJOR=[0-9]+\nMINOR=" + minor + "\nDEVNAME=vfio/devices/vfio" + minor + "\n");
        } else {
            assertThat(uevent).isEmpty();
        }
        Path real = world.files().realPath(directory.resolve(name));
        assertThat(world.files().realPath(Path.of("/sys/class/vfio-dev", name)))
                .as("in its class")
                .isEqualTo(real);
        assertThat(world.files().realPath(real.resolve("subsystem"))).isEqualTo(Path.of("/sys/class/vfio-dev"));
        assertThat(world.files().realPath(real.resolve("device")))
                .isEqualTo(world.files().realPath(Sysfs.device(device)));
    }

    @Test
    void whatIsNotThereCannotBeOpened() {
        assertThat(Calls.said(calls.open("/dev/vfio/devices/vfio9999"))).isEqualTo("ENOENT");
        assertThat(Calls.said(calls.open("/dev/vfio/devices"))).isEqualTo("EISDIR");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                VfioIoctl.VFIO_DEVICE_GET_INFO,
                VfioIoctl.VFIO_DEVICE_GET_REGION_INFO,
                VfioIoctl.VFIO_DEVICE_GET_IRQ_INFO,
                VfioIoctl.VFIO_DEVICE_SET_IRQS,
                VfioIoctl.VFIO_DEVICE_RESET,
                VfioIoctl.VFIO_DEVICE_FEATURE,
                VfioIoctl.VFIO_DEVICE_ATTACH_IOMMUFD_PT,
                VfioIoctl.VFIO_DEVICE_DETACH_IOMMUFD_PT,
                0x1234
            })
    void nothingCanBeDoneBeforeItIsBound(int request) {
        Cdev cdev = open(LabDevice.SATA);
        assertThat(calls.ioctl(cdev.fd, request, Calls.words(64, 64))).isEqualTo("EINVAL");
        assertThat(calls.ioctl(cdev.fd, request, 0L)).isEqualTo("EINVAL");
    }

    @Test
    void registersAreNotThereBeforeItIsBound() {
        Cdev cdev = open(LabDevice.SATA);
        LinuxSyscalls linux = world.linux();
        assertThat(Calls.said(linux.pread(cdev.fd, Calls.memory(4), 0))).isEqualTo("EINVAL");
        assertThat(Calls.said(linux.pwrite(cdev.fd, Calls.memory(4), 0))).isEqualTo("EINVAL");
        assertThat(Calls.said(linux.read(cdev.fd, Calls.memory(4)))).isEqualTo("EINVAL");
        assertThat(Calls.said(linux.mmap(0, linux.pageSize(), 3, LinuxSyscalls.MAP_SHARED, cdev.fd, 0)))
                .isEqualTo("EINVAL");
    }

    @Test
    void bindingGivesAnId() {
        assertThat(open(LabDevice.SATA).bind(iommufd.fd)).isEqualTo("1");
        assertThat(iommufd.alloc()).isEqualTo(2);
        assertThat(open(LabDevice.CRYPTO).bind(iommufd.fd)).isEqualTo("3");
        assertThat(iommufd.destroy(1)).as("it is in use").isEqualTo("EBUSY");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, EINVAL", "15, 0, EINVAL", "16, 1, EINVAL", "16, 0x80000000, EINVAL", "24, 0, ok", "4096, 0, ok"})
    void theStructureOfBind(int argsz, String flags, String expected) {
        Cdev cdev = open(LabDevice.SATA);
        assertThat(calls.ioctl(
                        cdev.fd,
                        VfioIoctl.VFIO_DEVICE_BIND_IOMMUFD,
                        Cdev.bindArgument(argsz, Long.decode(flags).intValue(), iommufd.fd)))
                .isEqualTo(expected);
    }

    @Test
    void onlyAnIommufdCanBeBoundTo() {
        Cdev cdev = open(LabDevice.SATA);
        assertThat(calls.ioctl(cdev.fd, VfioIoctl.VFIO_DEVICE_BIND_IOMMUFD, 0L)).isEqualTo("EFAULT");
        assertThat(cdev.bind(-1)).isEqualTo("EINVAL");
        assertThat(cdev.bind(-2)).isEqualTo("EINVAL");
        assertThat(cdev.bind(9999)).isEqualTo("EBADF");
        assertThat(cdev.bind(calls.eventfd(0))).isEqualTo("EBADFD");
        assertThat(cdev.bind(calls.container())).as("a container").isEqualTo("EBADFD");
        assertThat(cdev.bind(cdev.fd)).as("itself").isEqualTo("EBADFD");
        assertThat(cdev.bind(iommufd.fd)).isEqualTo("1");
    }

    @Test
    void aDeviceIsBoundOnce() {
        Cdev cdev = bound(LabDevice.SATA);
        assertThat(cdev.bind(iommufd.fd)).as("again").isEqualTo("EINVAL");
        Cdev second = open(LabDevice.SATA);
        assertThat(second.bind(iommufd.fd)).as("by another descriptor").isEqualTo("EINVAL");
        assertThat(second.bind(new Iommufd(calls).fd)).as("to another iommufd").isEqualTo("EINVAL");
        calls.close(cdev.fd);
        assertThat(second.bind(iommufd.fd)).as("after the first is closed").isEqualTo("1");
    }

    @Test
    void bindingNeedsIsolatedInterruptsOrTheParameter() {
        sysfs.write(Sysfs.UNSAFE_INTERRUPTS_OF_IOMMUFD, "N");
        try {
            Cdev cdev = open(LabDevice.SATA);
            assertThat(cdev.bind(iommufd.fd))
                    .as("type1's parameter is another one")
                    .isEqualTo("EPERM");
            sysfs.write(Sysfs.UNSAFE_INTERRUPTS_OF_IOMMUFD, "Y");
            assertThat(cdev.bind(iommufd.fd)).isEqualTo("1");
        } finally {
            sysfs.write(Sysfs.UNSAFE_INTERRUPTS_OF_IOMMUFD, "Y");
        }
    }

    @Test
    void anOpenGroupKeepsItsDevicesFromBeingBound() {
        Cdev cdev = open(LabDevice.SATA);
        int group = calls.group(LabDevice.SATA);
        assertThat(cdev.bind(iommufd.fd)).isEqualTo("EBUSY");
        assertThat(cdev.bind(9999)).as("before the descriptor is looked at").isEqualTo("EBUSY");
        calls.close(group);
        assertThat(cdev.bind(iommufd.fd)).isEqualTo("1");
    }

    @Test
    void aBoundDeviceKeepsItsGroupFromBeingOpened() {
        Cdev cdev = open(LabDevice.SATA);
        calls.close(calls.group(LabDevice.SATA));
        bound(LabDevice.CRYPTO);
        assertThat(cdev.bind(iommufd.fd)).isEqualTo("2");
        assertThat(Calls.said(calls.open(sysfs.groupFile(LabDevice.SATA)))).isEqualTo("EBUSY");
        assertThat(Calls.said(calls.open(sysfs.groupFile(LabDevice.DMA))))
                .as("another group")
                .isEqualTo("ok");
        calls.close(cdev.fd);
        assertThat(Calls.said(calls.open(sysfs.groupFile(LabDevice.SATA)))).isEqualTo("ok");
    }

    @Test
    void aRefusedBindingLeavesTheGroupFree() {
        Cdev cdev = open(LabDevice.SATA);
        assertThat(cdev.bind(9999)).isEqualTo("EBADF");
        assertThat(Calls.said(calls.open(sysfs.groupFile(LabDevice.SATA)))).isEqualTo("ok");
    }

    @Test
    void aDeviceOfAGroupIsNotBound() {
        int device = calls.device(LabDevice.SATA);
        assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_BIND_IOMMUFD, Cdev.bindArgument(16, 0, iommufd.fd)))
                .isEqualTo("EINVAL");
        assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_BIND_IOMMUFD, 0L)).isEqualTo("EFAULT");
        assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_ATTACH_IOMMUFD_PT, Calls.words(16, 12, 0, 1)))
                .isEqualTo("ENOTTY");
        assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_DETACH_IOMMUFD_PT, Calls.words(16, 8)))
                .isEqualTo("ENOTTY");
    }

    /** The device holds the iommufd, so its descriptor can be closed. */
    @Test
    void aBoundDeviceKeepsTheIommufd() {
        Cdev cdev = bound(LabDevice.SATA);
        int ioas = iommufd.alloc();
        calls.close(iommufd.fd);
        assertThat(cdev.attach(ioas)).isEqualTo("3");
        assertThat(world.linux().pread(cdev.fd, Calls.memory(4), 0)).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(
            value = LabDevice.class,
            names = {"SATA", "CRYPTO", "DMA"})
    void aBoundDeviceIsWhatItIsThroughItsGroup(LabDevice device) {
        int fd = bound(device).fd;
        ByteBuffer info = Calls.words(24, 24);
        assertThat(calls.ioctl(fd, VfioIoctl.VFIO_DEVICE_GET_INFO, info)).isEqualTo("ok");
        assertThat(info.getInt(4)).isEqualTo(device.deviceFlags());
        assertThat(info.getInt(8)).isEqualTo(device.regions.size());
        assertThat(info.getInt(12)).isEqualTo(device.irqs.size());
        ByteBuffer region = Calls.words(32, 32);
        assertThat(calls.ioctl(fd, VfioIoctl.VFIO_DEVICE_GET_REGION_INFO, region))
                .isEqualTo("ok");
        assertThat(region.getInt(4)).isEqualTo(device.regions.get(0).flags());
        assertThat(region.getLong(16)).isEqualTo(device.regions.get(0).size());
        assertThat(world.linux().pread(fd, Calls.memory(4), 0)).isEqualTo(4);
    }

    @Test
    void registersCanBeMappedBeforeItIsAttached() {
        int fd = bound(LabDevice.SATA).fd;
        long page = world.linux().pageSize();
        long registers = world.linux().mmap(0, page, 3, LinuxSyscalls.MAP_SHARED, fd, 0);
        assertThat(Calls.said(registers)).isEqualTo("ok");
        world.linux().munmap(registers, page);
    }

    /** An eventfd as trigger, and the handler run by DATA_NONE. */
    @Test
    void interruptsWorkThroughIt() {
        int fd = bound(LabDevice.SATA).fd;
        int eventfd = calls.eventfd(0);
        assertThat(calls.ioctl(fd, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(24, 24, 4 | 32, 0, 0, 1, eventfd)))
                .isEqualTo("ok");
        assertThat(calls.ioctl(fd, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(20, 20, 1 | 32, 0, 0, 1)))
                .isEqualTo("ok");
        assertThat(calls.take(eventfd)).isEqualTo(1);
    }

    @Test
    void anUnboundDeviceCanBeUsedThroughItsGroup() {
        calls.close(bound(LabDevice.SATA).fd);
        assertThat(Calls.said(calls.device(LabDevice.SATA))).isEqualTo("ok");
    }
}
