// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.HashSet;
import java.util.Set;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/** A driver of one of the two buses. */
final class Driver {
    static final String VFIO_PLATFORM = "vfio-platform";
    static final String VFIO_AMBA = "vfio-amba";
    /** Of the module in integration-tests/lab/module. */
    static final String VFIO_DEVTREE = "vfio-devtree";

    private final String name;
    private final Bus bus;
    private final MappingPolicy policy;
    private final Set<BoardDevice> served = new HashSet<>();

    Driver(String name, Bus bus) {
        this.name = name;
        this.bus = bus;
        this.policy = policyOf(name, bus);
    }

    private static MappingPolicy policyOf(String name, Bus bus) {
        if (name.equals(bus == Bus.AMBA ? VFIO_AMBA : VFIO_PLATFORM)) {
            return MappingPolicy.KERNEL;
        }
        return bus == Bus.PLATFORM && name.equals(VFIO_DEVTREE) ? MappingPolicy.PROPOSAL : null;
    }

    String name() {
        return name;
    }

    Bus bus() {
        return bus;
    }

    /** Whether this is a VFIO driver of its bus; those manage the ownership of DMA themselves. */
    boolean isVfio() {
        return policy != null;
    }

    /** What a VFIO driver exposes; null for any other driver. */
    MappingPolicy policy() {
        return policy;
    }

    /** Says that the driver's own table lists a device. The VFIO drivers list none. */
    void serve(BoardDevice device) {
        served.add(device);
    }

    /** Whether the driver is for a device: platform_match and amba_match. */
    boolean matches(BoardDevice device) {
        if (device.bus() != bus) {
            return false;
        }
        return device.driverOverride() != null ? device.driverOverride().equals(name) : served.contains(device);
    }
}
