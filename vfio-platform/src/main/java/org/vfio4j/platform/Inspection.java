// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.live.LiveTree;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.MappingIssue;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.mapper.Unexposed;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/**
 * The regions and interrupts of a device, and what each is.
 *
 * @param name the device's name; offline, the one that Linux would give it
 * @param bus the bus that it is on
 * @param node path of its device-tree node
 * @param device what sysfs says of it; empty offline
 * @param mode what was looked at
 * @param policy what the kernel was taken to expose
 * @param source who answered
 * @param order where the order of the nodes comes from
 * @param pageSize the page size that decides what can be mapped, in bytes
 * @param byteOrder how the device orders the bytes of a register, by its node
 * @param regions by VFIO index
 * @param irqs by VFIO index
 * @param unexposed what the tree has and the device does not expose
 * @param warnings what is odd and does not make the mapping wrong
 * @param errors where device and tree disagree. If there are any there is no mapping, and regions and interrupts are
 *     what the device says alone
 * @param notes remarks for a person, such as why the device was not opened
 */
public record Inspection(
        String name,
        Bus bus,
        String node,
        Optional<SysfsDevice> device,
        InspectionMode mode,
        MappingPolicy policy,
        MappingSource source,
        LiveTree.OrderSource order,
        long pageSize,
        ByteOrder byteOrder,
        List<InspectedRegion> regions,
        List<InspectedIrq> irqs,
        List<Unexposed> unexposed,
        List<MappingIssue> warnings,
        List<MappingIssue> errors,
        List<String> notes) {
    /** What is known of a device that was not opened: no offsets, and nothing to disagree. */
    static Inspection predicted(
            String name,
            Bus bus,
            Optional<SysfsDevice> device,
            InspectionMode mode,
            MappingSource source,
            LiveTree.OrderSource order,
            long pageSize,
            Node node,
            DeviceMapping mapping,
            List<String> notes) {
        PageNeighbours neighbours = new PageNeighbours(node, pageSize);
        return new Inspection(
                name,
                bus,
                mapping.node(),
                device,
                mode,
                mapping.policy(),
                source,
                order,
                pageSize,
                RegisterByteOrder.of(node),
                mapping.regions().stream()
                        .map(region -> InspectedRegion.predicted(region, neighbours))
                        .toList(),
                mapping.irqs().stream().map(InspectedIrq::predicted).toList(),
                mapping.unexposed(),
                List.of(),
                List.of(),
                notes);
    }

    /** {@return true if device and tree agree, or only the tree was looked at} */
    public boolean isMapped() {
        return errors.isEmpty();
    }
}
