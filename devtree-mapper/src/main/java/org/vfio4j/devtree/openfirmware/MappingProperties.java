// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.vfio4j.devtree.interrupt.InterruptTrigger;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.mapper.RegionSource;

/**
 * The regions and IRQs of a VFIO device as properties of the nodes they come from, so that a client finds them by node.
 * All numbers are big-endian cells of 32 bits. {@link ClientInterfaceBuilder#mapping} adds them.
 */
public final class MappingProperties {
    /** A string: path of the node of the VFIO device that has the node's regions and IRQs; the node itself or above. */
    public static final String DEVICE = "vfio4j,device";

    /**
     * Seven cells for each region: VFIO region index, 0 for {@code reg} or 1 for {@code ranges}, index of the entry in
     * that property, physical address (high, low), size in bytes (high, low).
     */
    public static final String REGIONS = "vfio4j,regions";

    /**
     * Three cells for each IRQ: VFIO IRQ index, index of the interrupt within the node, trigger as in Linux's {@code
     * dt-bindings/interrupt-controller/irq.h}: 1 rising edge, 2 falling edge, 3 both, 4 high, 8 low, 0 unknown.
     */
    public static final String IRQS = "vfio4j,irqs";

    private MappingProperties() {}

    /**
     * The properties of one device.
     *
     * @param mapping the device's mapping
     * @return node path to property name to value
     */
    public static Map<String, Map<String, byte[]>> of(DeviceMapping mapping) {
        Map<String, Map<String, byte[]>> nodes = new LinkedHashMap<>();
        byte[] device = ClientMemory.terminated(mapping.node());
        byNode(mapping.regions(), RegionMapping::node)
                .forEach((node, regions) -> properties(nodes, node, device).put(REGIONS, regions(regions)));
        byNode(mapping.irqs(), IrqMapping::node)
                .forEach((node, irqs) -> properties(nodes, node, device).put(IRQS, irqs(irqs)));
        return nodes;
    }

    private static <T> Map<String, List<T>> byNode(List<T> all, Function<T, String> node) {
        return all.stream().collect(Collectors.groupingBy(node, LinkedHashMap::new, Collectors.toList()));
    }

    private static Map<String, byte[]> properties(Map<String, Map<String, byte[]>> nodes, String node, byte[] device) {
        Map<String, byte[]> properties = nodes.computeIfAbsent(node, path -> new LinkedHashMap<>());
        properties.put(DEVICE, device);
        return properties;
    }

    private static byte[] regions(List<RegionMapping> regions) {
        ByteBuffer cells = ByteBuffer.allocate(28 * regions.size());
        for (RegionMapping region : regions) {
            cells.putInt(region.index()).putInt(region.source() == RegionSource.RANGES ? 1 : 0);
            cells.putInt(region.sourceIndex()).putLong(region.physicalAddress()).putLong(region.size());
        }
        return cells.array();
    }

    private static byte[] irqs(List<IrqMapping> irqs) {
        ByteBuffer cells = ByteBuffer.allocate(12 * irqs.size());
        for (IrqMapping irq : irqs) {
            cells.putInt(irq.index()).putInt(irq.sourceIndex()).putInt(code(irq.trigger()));
        }
        return cells.array();
    }

    private static int code(InterruptTrigger trigger) {
        return switch (trigger) {
            case UNKNOWN -> 0;
            case EDGE_RISING -> 1;
            case EDGE_FALLING -> 2;
            case EDGE_BOTH -> 3;
            case LEVEL_HIGH -> 4;
            case LEVEL_LOW -> 8;
        };
    }
}
