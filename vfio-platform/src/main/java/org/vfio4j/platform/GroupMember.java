// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.linux.HostFiles;

/**
 * A device of an IOMMU group.
 *
 * @param name name of the device in sysfs
 * @param driver the driver that it is bound to
 */
public record GroupMember(String name, Optional<String> driver) {
    static List<GroupMember> of(HostFiles files, IommuGroup group) throws IOException {
        Path devices = PlatformBus.directoryOf(group).resolve("devices");
        List<GroupMember> members = new ArrayList<>();
        for (String name : files.list(devices)) {
            members.add(new GroupMember(
                    name, PlatformBus.lastName(files, devices.resolve(name).resolve("driver"))));
        }
        return members;
    }

    /**
     * Whether its driver keeps the group from being viable: it is neither one of VFIO's, nor one of the two others that
     * leave DMA to user space ({@code iommu_group_claim_dma_owner} of {@code drivers/iommu/iommu.c}, and {@code
     * driver_managed_dma} of the drivers).
     *
     * @return true if user space cannot have the group as long as this driver has the device
     */
    public boolean isInTheWay() {
        return driver.filter(name -> !name.contains("vfio") && !name.equals("pcieport") && !name.equals("pci-stub"))
                .isPresent();
    }
}
