// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.spy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

class PlatformBusTest {
    @TempDir
    Path directory;

    private SysfsDirectory sysfs;

    @BeforeEach
    void sysfs() throws IOException {
        sysfs = new SysfsDirectory(directory).driver("platform", "vfio-platform");
    }

    private PlatformBus bus() {
        return new PlatformBus(sysfs);
    }

    @Test
    void a_device_has_its_node_driver_and_group() throws IOException {
        sysfs.platformDevice("ffe220000.sata", "/soc@ffe000000/sata@220000")
                .bound("ffe220000.sata", "platform", "vfio-platform")
                .inGroup("ffe220000.sata", 7);

        SysfsDevice sata = bus().find("ffe220000.sata");

        assertThat(sata.bus()).isEqualTo(Bus.PLATFORM);
        assertThat(sata.path()).isEqualTo(Path.of("/sys/bus/platform/devices/ffe220000.sata"));
        assertThat(sata.node()).contains("/soc@ffe000000/sata@220000");
        assertThat(sata.driver()).contains("vfio-platform");
        assertThat(sata.iommuGroup()).contains(new IommuGroup(7, false));
        assertThat(sata.iommuGroup().get().devicePath()).isEqualTo("/dev/vfio/7");
    }

    // drivers/vfio/group.c names the group that it makes for a device without an IOMMU.
    @Test
    void a_group_that_vfio_made_is_a_noiommu_group() throws IOException {
        sysfs.platformDevice("ffe220000.sata", "/sata").inGroup("ffe220000.sata", 0);
        sysfs.file("/sys/kernel/iommu_groups/0/name", "vfio-noiommu\n");

        IommuGroup group = bus().find("ffe220000.sata").iommuGroup().orElseThrow();

        assertThat(group.noiommu()).isTrue();
        assertThat(group.devicePath()).isEqualTo("/dev/vfio/noiommu-0");
    }

    @Test
    void platform_devices_are_listed_before_amba_devices_each_by_name() throws IOException {
        sysfs.platformDevice("b.two", "/two").platformDevice("a.one", "/one");
        sysfs.device("amba", "9000000.pl011", "OF_FULLNAME=/pl011@9000000\n");

        assertThat(bus().list()).extracting(SysfsDevice::name).containsExactly("a.one", "b.two", "9000000.pl011");
    }

    @Test
    void a_kernel_without_the_amba_bus_lists_the_platform_bus() throws IOException {
        sysfs.platformDevice("a.one", "/one");

        assertThat(bus().list()).extracting(SysfsDevice::name).containsExactly("a.one");
    }

    @Test
    void a_device_that_goes_away_during_the_listing_is_left_out() throws IOException {
        sysfs.platformDevice("a.one", "/one").platformDevice("b.two", "/two");
        SysfsDirectory leaving = spy(sysfs);
        doThrow(NoSuchFileException.class)
                .when(leaving)
                .read(argThat(file -> file != null && file.endsWith("a.one/uevent")));

        assertThat(new PlatformBus(leaving).list())
                .extracting(SysfsDevice::name)
                .containsExactly("b.two");
    }

    @Test
    void a_file_that_may_not_be_read_is_an_error() throws IOException {
        sysfs.platformDevice("a.one", "/one");
        SysfsDirectory closed = spy(sysfs);
        doThrow(AccessDeniedException.class).when(closed).read(any());

        assertThatThrownBy(() -> new PlatformBus(closed).list()).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void without_sysfs_nothing_can_be_listed() throws IOException {
        SysfsDirectory none = spy(sysfs);
        doThrow(new NoSuchFileException("/sys/bus/platform/devices")).when(none).list(any());

        assertThatThrownBy(() -> new PlatformBus(none).list()).isInstanceOf(NoSuchFileException.class);
    }
}
