// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.List;

/**
 * Where a guest sees a device.
 *
 * @param name the device's name
 * @param regions by VFIO index
 * @param irqs by VFIO index
 */
public record PlacedDevice(String name, List<PlacedRegion> regions, List<PlacedIrq> irqs) {
    /** Copies the lists. */
    public PlacedDevice {
        regions = List.copyOf(regions);
        irqs = List.copyOf(irqs);
    }

    /**
     * Where a region is.
     *
     * @param index VFIO index of the region
     * @return its place
     * @throws IndexOutOfBoundsException if the device has no such region
     */
    public PlacedRegion region(int index) {
        return regions.stream()
                .filter(region -> region.index() == index)
                .findFirst()
                .orElseThrow(() -> new IndexOutOfBoundsException(
                        name + " has " + regions.size() + " regions; region " + index + " was asked for"));
    }

    /**
     * Where an interrupt is.
     *
     * @param index VFIO index of the interrupt
     * @return its place
     * @throws IndexOutOfBoundsException if the device has no such interrupt
     */
    public PlacedIrq irq(int index) {
        return irqs.stream()
                .filter(irq -> irq.index() == index)
                .findFirst()
                .orElseThrow(() -> new IndexOutOfBoundsException(
                        name + " has " + irqs.size() + " interrupts; interrupt " + index + " was asked for"));
    }
}
