// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

    /**
     * The mapping with its IRQs in the order of a kernel's answers. This is for a tree whose order of nodes is not known,
     * so that under {@link MappingPolicy#PROPOSAL} the order of the IRQs is a guess and the kernel knows better. Where the
     * order of the tree is known, another one of the kernel is a mismatch.
     *
     * @param answers the answers of VFIO_DEVICE_GET_DEVTREE_INFO
     * @return the mapping; unchanged if the answers are not about these IRQs, each once
     */
    public DeviceMapping inOrderOf(List<DevtreeInfo> answers) {
        List<IrqMapping> left = new ArrayList<>(irqs);
        List<IrqMapping> ordered = new ArrayList<>();
        List<DevtreeInfo> byIndex = answers.stream()
                .filter(answer -> answer.type() == InfoType.IRQ)
                .sorted(Comparator.comparingInt(DevtreeInfo::index))
                .toList();
        for (DevtreeInfo answer : byIndex) {
            // The interrupts of one node keep their order.
            Optional<IrqMapping> next = left.stream()
                    .filter(irq -> irq.node().equals(answer.path()))
                    .findFirst();
            if (next.isEmpty()) {
                return this;
            }
            left.remove(next.get());
            ordered.add(next.get().withIndex(ordered.size()));
        }
        return left.isEmpty() ? new DeviceMapping(policy, node, regions, ordered, unexposed) : this;
    }
}
