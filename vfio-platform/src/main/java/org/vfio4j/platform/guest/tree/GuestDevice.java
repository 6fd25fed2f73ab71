// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.platform.InspectedIrq;
import org.vfio4j.platform.InspectedRegion;
import org.vfio4j.platform.Inspection;

/**
 * A device to describe to a guest.
 *
 * @param node its node in the host's tree
 * @param mapping which VFIO region and interrupt is which property there
 * @param place where the guest sees them
 */
public record GuestDevice(Node node, DeviceMapping mapping, PlacedDevice place) {
    /**
     * Checks that mapping and place are of one device.
     *
     * @throws IllegalArgumentException if the mapping is of another node, or has other indices than the place
     */
    public GuestDevice {
        boolean fits = mapping.node().equals(node.path())
                && mapping.regions().size() == place.regions().size()
                && mapping.irqs().size() == place.irqs().size();
        if (!fits) {
            throw new IllegalArgumentException("expected the mapping and the place of " + node.path() + "; found "
                    + mapping.node() + " with " + mapping.regions().size() + " regions and "
                    + mapping.irqs().size() + " interrupts, and a place for "
                    + place.regions().size() + " and " + place.irqs().size());
        }
    }

    /**
     * A device that was inspected.
     *
     * @param node its node in the host's tree
     * @param inspection the inspection
     * @param place where the guest sees it
     * @return the device
     * @throws IllegalArgumentException if device and tree disagree, so that there is no mapping
     */
    public static GuestDevice of(Node node, Inspection inspection, PlacedDevice place) {
        if (!inspection.isMapped()) {
            throw new IllegalArgumentException("expected a device that agrees with the tree; found that "
                    + inspection.name() + " does not: " + inspection.errors());
        }
        DeviceMapping mapping = new DeviceMapping(
                inspection.policy(),
                inspection.node(),
                inspection.regions().stream()
                        .map(InspectedRegion::mapping)
                        .map(region -> region.orElseThrow())
                        .toList(),
                inspection.irqs().stream()
                        .map(InspectedIrq::mapping)
                        .map(irq -> irq.orElseThrow())
                        .toList(),
                inspection.unexposed());
        return new GuestDevice(node, mapping, place);
    }
}
