// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.List;
import java.util.Optional;

/**
 * What a VFIO device says of itself: the side that a predicted mapping is verified against.
 *
 * @param deviceName name in sysfs, such as {@code ffe220000.sata}; empty if it is not known
 * @param pageSize the kernel's page size in bytes
 * @param regions by index
 * @param irqs by index
 */
public record DeviceView(Optional<String> deviceName, long pageSize, List<RegionView> regions, List<IrqView> irqs) {
    /**
     * A region as VFIO_DEVICE_GET_REGION_INFO describes it.
     *
     * @param size bytes, unsigned
     * @param mappable the MMAP flag
     */
    public record RegionView(long size, boolean mappable) {}

    /**
     * An IRQ as VFIO_DEVICE_GET_IRQ_INFO describes it.
     *
     * @param level the AUTOMASKED flag, which vfio-platform sets for level-triggered lines
     */
    public record IrqView(boolean level) {}
}
