// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.HashSet;
import java.util.Set;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/** A driver of one of the two buses. */
final class Driver {
    static final String VFIO_PLATFORM = "vfio-platform";
    static final String VFIO_AMBA = "vfio-amba";

    private final String name;
    private final Bus bus;
    private final boolean vfio;
    private final Set<BoardDevice> served = new HashSet<>();

    Driver(String name, Bus bus) {
        this.name = name;
        this.bus = bus;
        this.vfio = name.equals(bus == Bus.AMBA ? VFIO_AMBA : VFIO_PLATFORM);
    }

    String name() {
        return name;
    }

    Bus bus() {
        return bus;
    }

    /** Whether this is the VFIO driver of its bus; it manages the ownership of DMA itself. */
    boolean isVfio() {
        return vfio;
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
