// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.VfioEligibility;

/** The files of sysfs that the framework reads (drivers/base, drivers/of/device.c, drivers/iommu/iommu.c). */
class SysfsTest extends ConformanceTest {
    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void linksOfADevice(LabDevice device) throws IOException {
        Path directory = Sysfs.device(device);
        assertThat(world.files().realPath(directory.resolve("of_node")))
                .isEqualTo(Path.of("/sys/firmware/devicetree/base" + device.node));
        assertThat(world.files().realPath(directory.resolve("driver"))).isEqualTo(Sysfs.driver(device));
        assertThat(world.files().realPath(directory.resolve("subsystem"))).isEqualTo(Sysfs.bus(device.bus()));
        assertThat(world.files().realPath(directory.resolve("iommu_group")))
                .isEqualTo(Path.of("/sys/kernel/iommu_groups", sysfs.group(device)));
        Path real = world.files().realPath(directory);
        assertThat(world.files().realPath(Sysfs.driver(device).resolve(device.device)))
                .as("the driver's link back")
                .isEqualTo(real);
        assertThat(world.files()
                        .realPath(Path.of("/sys/kernel/iommu_groups", sysfs.group(device), "devices", device.device)))
                .as("the group's link back")
                .isEqualTo(real);
    }

    @Test
    void aDeviceOfABusIsBelowIt() throws IOException {
        assertThat(world.files().realPath(Sysfs.device(LabDevice.SATA)))
                .isEqualTo(Path.of("/sys/devices/platform/soc@ffe000000/ffe220000.sata"));
        assertThat(world.files().realPath(Sysfs.device(LabDevice.VIRTIO)))
                .isEqualTo(Path.of("/sys/devices/platform/a003c00.virtio_mmio"));
        assertThat(world.files().realPath(Sysfs.device(LabDevice.RTC)))
                .isEqualTo(Path.of("/sys/devices/platform/9010000.pl031"));
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void onlyANoiommuGroupHasAName(LabDevice device) {
        Path name = Path.of("/sys/kernel/iommu_groups", sysfs.group(device), "name");
        assertThat(world.files().exists(name)).isEqualTo(!device.behindIommu);
        if (!device.behindIommu) {
            assertThat(sysfs.read(name)).isEqualTo("vfio-noiommu\n");
        }
    }

    /** iommu_group_show_type and iommu_group_show_resv_regions of drivers/iommu/iommu.c. */
    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void aGroupHasADomainTypeAndReservedAddresses(LabDevice device) throws IOException {
        Path group = Path.of("/sys/kernel/iommu_groups", sysfs.group(device));
        assertThat(sysfs.read(group.resolve("type"))).isEqualTo(device.behindIommu ? "DMA\n" : "unknown\n");
        assertThat(sysfs.read(group.resolve("reserved_regions")))
                .isEqualTo(device.behindIommu ? "0x0000000008000000 0x00000000080fffff msi\n" : "");
        assertThat(world.files().list(group))
                .containsExactlyElementsOf(
                        device.behindIommu
                                ? List.of("devices", "reserved_regions", "type")
                                : List.of("devices", "name", "reserved_regions", "type"));
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void theDirectoryOfADevice(LabDevice device) throws IOException {
        assertThat(world.files().list(Sysfs.device(device)))
                .contains("driver", "driver_override", "iommu_group", "of_node", "subsystem", "uevent")
                .contains(device.amba ? new String[] {"id", "resource"} : new String[] {"modalias"})
                .doesNotContain(device.amba ? "modalias" : "resource");
    }

    /** resource_show of drivers/amba/bus.c; 0x200 is IORESOURCE_MEM. */
    @Test
    void theResourceOfAnAmbaDevice() {
        assertThat(sysfs.read(Sysfs.device(LabDevice.RTC).resolve("resource")))
                .isEqualTo("\t0000000009010000\t0000000009010fff\t0000000000000200\n");
    }

    /** drivers/vfio/group.c: a group is a character device. */
    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void aGroupIsADeviceOfTheClassVfio(LabDevice device) throws IOException {
        String name = Path.of(sysfs.groupFile(device)).getFileName().toString();
        Path group = Path.of("/sys/class/vfio", name);
        assertThat(world.files().realPath(group)).isEqualTo(Path.of("/sys/devices/virtual/vfio", name));
        assertThat(world.files().realPath(group.resolve("subsystem"))).isEqualTo(Path.of("/sys/class/vfio"));
        String[] number = sysfs.read(group.resolve("dev")).strip().split(":");
        assertThat(sysfs.read(group.resolve("uevent")).lines())
                .containsExactly("MAJOR=" + number[0], "MINOR=" + number[1], "DEVNAME=vfio/" + name);
    }

    @Test
    void everyGroupHasAMinorNumberOfItsOwn() throws IOException {
        Path groups = Path.of("/sys/class/vfio");
        List<String> names = world.files().list(groups);
        assertThat(names).hasSizeGreaterThanOrEqualTo(LabDevice.values().length);
        assertThat(names.stream().map(name -> sysfs.read(groups.resolve(name).resolve("dev"))))
                .doesNotHaveDuplicates();
    }

    @Test
    void ueventOfAPlatformDevice() {
        assertThat(sysfs.read(Sysfs.device(LabDevice.SATA).resolve("uevent")).lines())
                .containsExactly(
                        "DRIVER=vfio-platform",
                        "OF_NAME=sata",
                        "OF_FULLNAME=/soc@ffe000000/sata@220000",
                        "OF_COMPATIBLE_0=fsl,p2041-sata",
                        "OF_COMPATIBLE_1=fsl,pq-sata-v2",
                        "OF_COMPATIBLE_N=2",
                        "MODALIAS=of:NsataT(null)Cfsl,p2041-sataCfsl,pq-sata-v2");
    }

    @Test
    void ueventOfAnAmbaDevice() {
        assertThat(sysfs.read(Sysfs.device(LabDevice.RTC).resolve("uevent")).lines())
                .containsExactly(
                        "DRIVER=vfio-amba",
                        "OF_NAME=pl031",
                        "OF_FULLNAME=/pl031@9010000",
                        "OF_COMPATIBLE_0=arm,pl031",
                        "OF_COMPATIBLE_1=arm,primecell",
                        "OF_COMPATIBLE_N=2",
                        "AMBA_ID=00141031",
                        "MODALIAS=amba:d00141031");
    }

    @Test
    void modalias() {
        assertThat(sysfs.read(Sysfs.device(LabDevice.VIRTIO).resolve("modalias")))
                .isEqualTo("of:Nvirtio_mmioT(null)Cvirtio,mmio\n");
        assertThat(world.files().exists(Sysfs.device(LabDevice.RTC).resolve("modalias")))
                .as("the AMBA bus has no such file")
                .isFalse();
        assertThat(sysfs.read(Sysfs.device(LabDevice.RTC).resolve("id"))).isEqualTo("00141031\n");
    }

    @Test
    void parametersOfTheModules() {
        assertThat(sysfs.read(Sysfs.NOIOMMU_MODE)).isEqualTo("Y\n");
        assertThat(sysfs.read(Sysfs.UNSAFE_INTERRUPTS)).isEqualTo("Y\n");
        assertThat(sysfs.read(Path.of("/sys/module/vfio_platform/parameters/reset_required")))
                .isEqualTo("N\n");
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void theBusFindsTheDeviceByNameAndByNode(LabDevice device) throws IOException {
        PlatformBus bus = new PlatformBus(world.files());
        SysfsDevice found = bus.find(device.device);
        assertThat(found.node()).contains(device.node);
        assertThat(found.driver()).contains(device.driver());
        assertThat(found.eligibility().state()).isEqualTo(VfioEligibility.State.BOUND);
        assertThat(found.iommuGroup().orElseThrow().noiommu()).isEqualTo(!device.behindIommu);
        assertThat(found.iommuGroup().orElseThrow().devicePath()).isEqualTo(sysfs.groupFile(device));
        assertThat(bus.find(device.node)).isEqualTo(found);
    }

    /** What of_platform_populate makes of the tree of the lab's machine, and what has a driver of the kernel. No driver
     * knows the devices of torture.dtsi. */
    @Test
    void theDevicesOfBothBuses() throws IOException {
        List<String> devices = new PlatformBus(world.files())
                .list().stream()
                        .filter(device -> device.node().isPresent())
                        .filter(device ->
                                !device.name().matches("a00[0-9a-f]{4}.virtio_mmio|f00.*|f8.*|torture.*|.*mirror"))
                        .map(device -> device.name() + " " + device.driver().orElse("-"))
                        .toList();
        assertThat(devices)
                .containsExactlyInAnyOrder(
                        "0.flash vfio-platform",
                        "4010000000.pcie pci-host-generic",
                        "9020000.fw-cfg fw_cfg",
                        "9050000.smmuv3 arm-smmu-v3",
                        "ffe101300.dma vfio-platform",
                        "ffe220000.sata vfio-platform",
                        "ffe221000.sata-port -",
                        "ffe300000.crypto vfio-platform",
                        "gpio-keys -",
                        "platform-bus@c000000 -",
                        "pmu -",
                        "psci -",
                        "soc@ffe000000 simple-pm-bus",
                        "timer -",
                        "9000000.pl011 uart-pl011",
                        "9010000.pl031 vfio-amba",
                        "9030000.pl061 vfio-amba");
    }
}
