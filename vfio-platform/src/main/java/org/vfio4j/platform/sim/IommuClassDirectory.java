// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.Map;
import java.util.TreeMap;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.platform.host.IommuStream;

/**
 * /sys/class/iommu: the IOMMUs that translate for a device, with those devices (drivers/iommu/iommu-sysfs.c). Every IOMMU
 * of the tree has a driver from start.
 */
final class IommuClassDirectory {
    private IommuClassDirectory() {}

    static SysEntry.Directory links(Kernel kernel) {
        return new SysEntry.Directory(() -> {
            Map<String, SysEntry> links = new TreeMap<>();
            for (BoardDevice device : kernel.drivers().devices()) {
                if (isIommu(device)) {
                    links.put(
                            nameOf(device),
                            new SysEntry.Link("../../" + DeviceDirectory.pathOf(device) + "/iommu/" + nameOf(device)));
                }
            }
            return links;
        });
    }

    static boolean isIommu(BoardDevice device) {
        return device.node().hasProperty("#iommu-cells");
    }

    /** The directory {@code iommu} of such a device. */
    static SysEntry.Directory of(DriverCore core, BoardDevice iommu) {
        return SysEntry.Directory.of(Map.of(
                nameOf(iommu),
                SysEntry.Directory.of(Map.of("devices", new SysEntry.Directory(() -> clients(core, iommu))))));
    }

    private static Map<String, SysEntry> clients(DriverCore core, BoardDevice iommu) {
        Map<String, SysEntry> links = new TreeMap<>();
        String up = "../"
                .repeat((int) DeviceDirectory.pathOf(iommu)
                                .chars()
                                .filter(c -> c == '/')
                                .count()
                        + 4);
        for (BoardDevice device : core.devices()) {
            boolean served = IommuStream.of(device.node()).stream()
                    .anyMatch(stream -> stream.iommu().equals(iommu.node()));
            if (device.iommuGroup() != null && !device.iommuGroup().isNoiommu() && served) {
                links.put(device.name(), new SysEntry.Link(up + DeviceDirectory.pathOf(device)));
            }
        }
        return links;
    }

    /** arm_smmu_device_probe of arm-smmu-v3.c and arm-smmu.c; other drivers take the device's name. */
    private static String nameOf(BoardDevice device) {
        boolean isV3 = device.node().isCompatible("arm,smmu-v3");
        boolean isSmmu = isV3 || device.node().compatible().stream().anyMatch(c -> c.startsWith("arm,mmu-"));
        return isSmmu
                ? (isV3 ? "smmu3" : "smmu")
                        + device.mapping().regions().stream()
                                .findFirst()
                                .map(RegionMapping::physicalAddress)
                                .map(".0x%016x"::formatted)
                                .orElse("")
                : device.name();
    }
}
