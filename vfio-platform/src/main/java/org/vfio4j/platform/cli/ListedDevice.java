// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.util.Optional;
import org.vfio4j.devtree.platform.PlatformDeviceNode;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.platform.IommuGroup;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.VfioEligibility;

/**
 * A row of {@code vfio list}.
 *
 * @param name the device's name
 * @param bus the bus
 * @param node path of its device-tree node
 * @param driver the driver that it is bound to
 * @param group its IOMMU group
 * @param vfio whether VFIO can have it; empty for a device tree alone, which does not say
 */
record ListedDevice(
        String name,
        Bus bus,
        Optional<String> node,
        Optional<String> driver,
        Optional<IommuGroup> group,
        Optional<VfioEligibility> vfio) {

    static ListedDevice of(SysfsDevice device) {
        return new ListedDevice(
                device.name(),
                device.bus(),
                device.node(),
                device.driver(),
                device.iommuGroup(),
                Optional.of(device.eligibility()));
    }

    static ListedDevice of(PlatformDeviceNode device) {
        return new ListedDevice(
                device.name(),
                device.bus(),
                Optional.of(device.node().path()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
