// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;
import java.util.Set;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.linux.Errno;

/**
 * The regions and interrupts that a VFIO driver finds when it is bound. What the tree says is the mapper's matter; here
 * is what depends on the kernel: which nodes are devices, and whether an interrupt controller has a driver.
 *
 * @param populated the nodes that are marked OF_POPULATED
 */
record VfioResources(Set<Node> populated) {
    DeviceMapping of(BoardDevice device, MappingPolicy policy) {
        if (device.bus() == Bus.AMBA) {
            return ofAmba(device);
        }
        return policy == MappingPolicy.KERNEL ? ofPlatform(device) : ofDevtree(device.node());
    }

    /** of_amba_device_decode_irq of drivers/amba/bus.c: a controller without driver defers the whole device. */
    private static DeviceMapping ofAmba(BoardDevice device) {
        requireDrivers(device.node(), device.mapping());
        return device.mapping();
    }

    /** get_platform_irq of vfio_platform.c: the list ends at the first interrupt that of_irq_get has no number for. */
    private static DeviceMapping ofPlatform(BoardDevice device) {
        DeviceMapping all = device.mapping();
        List<IrqMapping> irqs = all.irqs().stream()
                .takeWhile(irq -> hasDriver(device.node(), irq.controller()))
                .toList();
        return new DeviceMapping(all.policy(), all.node(), all.regions(), irqs, all.unexposed());
    }

    /** devtree_discover of integration-tests/lab/module/vfio_devtree.c, and its errors in its order. */
    private DeviceMapping ofDevtree(Node node) {
        DeviceMapping mapping = DevtreeMapper.predict(node, MappingPolicy.PROPOSAL);
        requireFreeBelow(node, mapping);
        requireDrivers(node, mapping);
        return mapping;
    }

    private void requireFreeBelow(Node node, DeviceMapping mapping) {
        for (Node child : node.children()) {
            KernelError.require(!populated.contains(child), Errno.EBUSY);
            requireDrivers(child, mapping);
            requireFreeBelow(child, mapping);
        }
    }

    /** The probe is deferred; a write to {@code bind} says EAGAIN then (device_driver_attach). */
    private static void requireDrivers(Node node, DeviceMapping mapping) {
        boolean all = mapping.irqs().stream()
                .filter(irq -> irq.node().equals(node.path()))
                .allMatch(irq -> hasDriver(node, irq.controller()));
        KernelError.require(all, Errno.EAGAIN);
    }

    /** Any controller has a driver, but one that no driver can match. */
    private static boolean hasDriver(Node node, String controller) {
        return !node.tree().find(controller).orElseThrow().compatible().isEmpty();
    }

    boolean hasDevicesBelow(Node node) {
        return node.children().stream().anyMatch(child -> populated.contains(child) || hasDevicesBelow(child));
    }
}
