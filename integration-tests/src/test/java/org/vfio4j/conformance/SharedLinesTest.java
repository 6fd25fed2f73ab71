// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.NOIOMMU;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.vfio.abi.VfioIoctl;

/** A device with the interrupt and the stream of another: the lab's sata-port has those of its sata. */
class SharedLinesTest extends ConformanceTest {
    private static final String NAME = "ffe221000.sata-port";
    private static final Path DEVICE = Sysfs.bus("platform").resolve("devices").resolve(NAME);
    private static final Path VFIO = Sysfs.driver(LabDevice.SATA);

    @BeforeEach
    void bind() {
        sysfs.write(DEVICE.resolve("driver_override"), "vfio-platform");
        sysfs.write(VFIO.resolve("bind"), NAME);
    }

    @AfterEach
    void unbind() {
        // Unbinding waits until nobody has the device open.
        calls.close();
        sysfs.write(VFIO.resolve("unbind"), NAME);
        sysfs.write(DEVICE.resolve("driver_override"), "\n");
    }

    private String groupFile() throws IOException {
        return "/dev/vfio/noiommu-"
                + world.files().readLink(DEVICE.resolve("iommu_group")).getFileName();
    }

    private int openPort() throws IOException {
        int container = calls.container();
        int group = calls.mustOpen(groupFile());
        assertThat(calls.setContainer(group, container)).isEqualTo("ok");
        assertThat(calls.setIommu(container, NOIOMMU)).isEqualTo("ok");
        int fd = calls.getDeviceFd(group, NAME);
        assertThat(Calls.said(fd)).isEqualTo("ok");
        return fd;
    }

    private String setTrigger(int device) {
        return calls.ioctl(
                device, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(24, 24, 0x24, 0, 0, 1, calls.eventfd(0)));
    }

    /** arm_smmu_insert_master of arm-smmu-v3.c gives a stream to one device only; the other one is without IOMMU. */
    @Test
    void anSmmuV3ServesTheFirstDeviceOfAStreamOnly() throws IOException {
        assertThat(Calls.said(calls.open(groupFile()))).as("a noiommu group").isEqualTo("ok");
        assertThat(sysfs.read(DEVICE.resolve("iommu_group/name"))).isEqualTo("vfio-noiommu\n");
        assertThat(world.files().list(Path.of("/sys/kernel/iommu_groups", sysfs.group(LabDevice.SATA), "devices")))
                .containsExactly(LabDevice.SATA.device);
    }

    @Test
    void withoutNoiommuModeItCannotBeBound() {
        sysfs.write(VFIO.resolve("unbind"), NAME);
        sysfs.write(Sysfs.NOIOMMU_MODE, "N");
        try {
            sysfs.tryWrite(VFIO.resolve("bind"), NAME);
            assertThat(sysfs.driverOf(DEVICE)).isEmpty();
        } catch (IOException refused) {
            assertThat(refused).hasMessage("Invalid argument");
        } finally {
            sysfs.write(Sysfs.NOIOMMU_MODE, "Y");
            sysfs.write(VFIO.resolve("bind"), NAME);
        }
    }

    /** vfio_irq_request does not share an interrupt. The device opens, and says what request_irq said when it is asked. */
    @Test
    void whoOpensFirstHasTheInterrupt() throws IOException {
        int sata = calls.device(LabDevice.SATA);
        int port = openPort();
        assertThat(setTrigger(sata)).isEqualTo("ok");
        assertThat(setTrigger(port)).isEqualTo("EBUSY");
        for (int flags : new int[] {0x21, 0x09, 0x11, 0x01}) {
            assertThat(calls.ioctl(port, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(24, 24, flags, 0, 0, 1, 0)))
                    .isEqualTo("EBUSY");
        }
        assertThat(calls.ioctl(port, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(24, 24, 0x24, 1, 0, 1, -1)))
                .as("the checks of all devices come first")
                .isEqualTo("EINVAL");
        assertThat(world.linux().pread(port, Calls.memory(4), 0))
                .as("its registers work")
                .isEqualTo(4);
    }

    @Test
    void anInterruptThatWasTakenStaysRefusedUntilTheDeviceIsOpenedAnew() throws IOException {
        Calls.Attached attached = calls.attach(LabDevice.SATA);
        int sata = calls.getDeviceFd(attached.group(), LabDevice.SATA.device);
        int port = openPort();
        assertThat(setTrigger(port)).isEqualTo("EBUSY");
        calls.close(sata);
        assertThat(setTrigger(port)).as("the other one is closed now").isEqualTo("EBUSY");
        calls.close();
        assertThat(setTrigger(openPort())).as("opened anew").isEqualTo("ok");
    }
}
