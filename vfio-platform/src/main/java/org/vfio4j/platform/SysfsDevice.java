// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.nio.file.Path;
import java.util.Optional;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/**
 * A device of the platform or the AMBA bus, as sysfs shows it.
 *
 * @param name name in sysfs, such as {@code ffe220000.sata}; what VFIO_GROUP_GET_DEVICE_FD takes
 * @param bus the bus that it is on
 * @param path its entry in the directory of the bus, such as {@code /sys/bus/platform/devices/ffe220000.sata}
 * @param node path of its device-tree node; empty if the firmware did not describe it in a device tree
 * @param driver the driver that it is bound to
 * @param iommuGroup the IOMMU group that it is in
 * @param eligibility whether VFIO has it or can have it
 */
public record SysfsDevice(
        String name,
        Bus bus,
        Path path,
        Optional<String> node,
        Optional<String> driver,
        Optional<IommuGroup> iommuGroup,
        VfioEligibility eligibility) {
    /**
     * The policy of the driver that the device is bound to, or of the one that mainline Linux has for it.
     *
     * @return {@link MappingPolicy#PROPOSAL} for {@code vfio-devtree}, the kernel module of {@code
     *     integration-tests/lab/module}; else {@link MappingPolicy#KERNEL}
     */
    public MappingPolicy policy() {
        return driver.equals(Optional.of(EligibilityCheck.VFIO_DEVTREE))
                ? MappingPolicy.PROPOSAL
                : MappingPolicy.KERNEL;
    }
}
