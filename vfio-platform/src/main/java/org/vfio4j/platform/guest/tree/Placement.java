// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.List;
import java.util.Optional;

/**
 * Where a guest sees the regions and interrupts of its assigned devices. Made by {@link GuestPlatformBus#place}.
 *
 * @param bus the bus that the devices are on
 * @param devices the devices, in the order in which they were placed
 */
public record Placement(GuestPlatformBus bus, List<PlacedDevice> devices) {
    /** Copies the list. */
    public Placement {
        devices = List.copyOf(devices);
    }

    /**
     * Finds a device.
     *
     * @param name the device's name
     * @return where it is, or empty
     */
    public Optional<PlacedDevice> find(String name) {
        return devices.stream().filter(device -> device.name().equals(name)).findFirst();
    }
}
