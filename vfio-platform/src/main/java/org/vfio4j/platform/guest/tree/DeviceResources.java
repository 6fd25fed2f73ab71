// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.List;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.IrqFlag;
import org.vfio4j.platform.PlatformDevice;

/**
 * What a VFIO device needs room for in a guest.
 *
 * @param name the device's name; it identifies the device in a {@link Placement}
 * @param regions by VFIO index
 * @param irqs by VFIO index
 */
public record DeviceResources(String name, List<RegionResource> regions, List<IrqResource> irqs) {
    /** Copies the lists. */
    public DeviceResources {
        regions = List.copyOf(regions);
        irqs = List.copyOf(irqs);
    }

    /**
     * A region.
     *
     * @param index VFIO index
     * @param size bytes, unsigned
     */
    public record RegionResource(int index, long size) {}

    /**
     * An interrupt.
     *
     * @param index VFIO index
     * @param isLevel whether it is level-triggered: VFIO's flag AUTOMASKED
     */
    public record IrqResource(int index, boolean isLevel) {}

    /**
     * The resources of an opened device, as the kernel says.
     *
     * @param device the device
     * @return its resources
     */
    public static DeviceResources of(PlatformDevice device) {
        return new DeviceResources(
                device.entry().name(),
                device.regions().stream()
                        .map(region -> new RegionResource(region.index(), region.size()))
                        .toList(),
                device.irqs().stream()
                        .map(irq -> new IrqResource(irq.index(), irq.isAutomasked()))
                        .toList());
    }

    /**
     * The resources of an inspected device; without an opened device these are a prediction.
     *
     * @param inspection the inspection
     * @return its resources
     */
    public static DeviceResources of(Inspection inspection) {
        return new DeviceResources(
                inspection.name(),
                inspection.regions().stream()
                        .map(region -> new RegionResource(region.index(), region.size()))
                        .toList(),
                inspection.irqs().stream()
                        .map(irq -> new IrqResource(irq.index(), irq.flags().contains(IrqFlag.AUTOMASKED)))
                        .toList());
    }
}
