// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.ArrayList;
import java.util.List;

/**
 * The mapping of one device.
 *
 * @param policy the policy it was made under
 * @param node path of the device's node
 * @param regions by VFIO index
 * @param irqs by VFIO index
 * @param unexposed what the tree has and the device does not expose
 */
public record DeviceMapping(
        MappingPolicy policy,
        String node,
        List<RegionMapping> regions,
        List<IrqMapping> irqs,
        List<Unexposed> unexposed) {
    /** Copies the lists. */
    public DeviceMapping {
        regions = List.copyOf(regions);
        irqs = List.copyOf(irqs);
        unexposed = List.copyOf(unexposed);
    }

    /** {@return what VFIO_DEVICE_GET_DEVTREE_INFO answers: the regions, then the IRQs} */
    public List<DevtreeInfo> devtreeInfo() {
        List<DevtreeInfo> infos = new ArrayList<>();
        for (RegionMapping region : regions) {
            infos.add(new DevtreeInfo(
                    InfoType.REGION,
                    region.index(),
                    region.source() == RegionSource.RANGES,
                    region.sourceIndex(),
                    region.node()));
        }
        for (IrqMapping irq : irqs) {
            infos.add(new DevtreeInfo(InfoType.IRQ, irq.index(), false, irq.sourceIndex(), irq.node()));
        }
        return infos;
    }
}
