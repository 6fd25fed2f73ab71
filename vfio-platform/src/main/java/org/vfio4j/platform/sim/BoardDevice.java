// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/** A device on the platform or AMBA bus: struct device, and what the buses add to it. */
final class BoardDevice {
    private final String name;
    private final Node node;
    private final Bus bus;
    private final BoardDevice parent;
    private final DeviceMapping mapping;
    private IommuGroup iommuGroup;
    private Driver driver;
    private String driverOverride;

    BoardDevice(String name, Node node, Bus bus, BoardDevice parent, DeviceMapping mapping) {
        this.name = name;
        this.node = node;
        this.bus = bus;
        this.parent = parent;
        this.mapping = mapping;
    }

    /** The name in sysfs. */
    String name() {
        return name;
    }

    Node node() {
        return node;
    }

    Bus bus() {
        return bus;
    }

    /** The device that this one is below in sysfs; null right below the platform root. */
    BoardDevice parent() {
        return parent;
    }

    /** Its resources, as mainline's VFIO drivers expose them. */
    DeviceMapping mapping() {
        return mapping;
    }

    /** Whether a driver of the device makes an interrupt controller of it; GPIO controllers pass interrupts on too. */
    boolean isInterruptController() {
        return node.property("interrupt-controller").isPresent()
                || node.property("gpio-controller").isPresent();
    }

    /** Null if it has none. */
    IommuGroup iommuGroup() {
        return iommuGroup;
    }

    void setIommuGroup(IommuGroup group) {
        iommuGroup = group;
    }

    /** Null if none is bound. */
    Driver driver() {
        return driver;
    }

    void setDriver(Driver driver) {
        this.driver = driver;
    }

    /** Null if there is none. */
    String driverOverride() {
        return driverOverride;
    }

    void setDriverOverride(String driverName) {
        driverOverride = driverName;
    }
}
