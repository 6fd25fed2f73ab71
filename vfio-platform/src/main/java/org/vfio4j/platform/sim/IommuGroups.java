// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** The IOMMU groups of the board: of the tree's {@code iommus} properties, and those that noiommu mode adds. */
final class IommuGroups {
    private static final String SMMU_V3 = "arm,smmu-v3";

    private final TreeMap<Integer, IommuGroup> groups = new TreeMap<>();
    private final Map<List<Integer>, IommuGroup> byStream = new HashMap<>();

    /**
     * Puts a device into the group of its streams, if it is in none. Linux does that when a driver is about to be bound
     * (really_probe calls dma_configure), so a device that never had one is in no group; since 6.15 it is done when the
     * IOMMU appears.
     *
     * <p>Devices that share a stream ID share a group, as with an SMMU of version 2. Version 3's driver refuses the second
     * one, which then is without IOMMU (arm_smmu_insert_master). A device of a disabled IOMMU, or of none, has no group.
     */
    void configure(BoardDevice device) {
        Set<List<Integer>> streams = streamsOf(device.node());
        if (device.iommuGroup() != null || streams.isEmpty()) {
            return;
        }
        DeviceTree tree = device.node().tree();
        if (streams.stream().anyMatch(stream -> byStream.containsKey(stream) && isOfSmmuV3(tree, stream))) {
            return;
        }
        IommuGroup group = streams.stream()
                .map(byStream::get)
                .filter(found -> found != null)
                .findFirst()
                .orElseGet(() -> allocate(false));
        group.add(device);
        streams.forEach(stream -> byStream.putIfAbsent(stream, group));
    }

    private static boolean isOfSmmuV3(DeviceTree tree, List<Integer> stream) {
        return tree.byPhandle(stream.get(0))
                .map(iommu -> iommu.compatible().contains(SMMU_V3))
                .orElse(false);
    }

    /** Each stream as the phandle of the IOMMU and the cells of the specifier. */
    private static Set<List<Integer>> streamsOf(Node node) {
        Optional<Property> iommus = node.property("iommus");
        Set<List<Integer>> streams = new HashSet<>();
        if (iommus.isEmpty()) {
            return streams;
        }
        List<Integer> cells = Arrays.stream(iommus.get().cells()).boxed().toList();
        int at = 0;
        while (at < cells.size()) {
            Optional<Node> iommu = node.tree().byPhandle(cells.get(at));
            Optional<Property> cellCount = iommu.flatMap(found -> found.property("#iommu-cells"));
            if (cellCount.isEmpty() || cellCount.get().cellCount() != 1) {
                break;
            }
            int count = cellCount.get().cell(0);
            if (count < 0 || count > cells.size() - at - 1) {
                break;
            }
            if (iommu.get().isAvailable()) {
                streams.add(cells.subList(at, at + 1 + count));
            }
            at += 1 + count;
        }
        return streams;
    }

    /** Makes a group with the lowest free number. */
    IommuGroup allocate(boolean noiommu) {
        int id = 0;
        while (groups.containsKey(id)) {
            id++;
        }
        IommuGroup group = new IommuGroup(id, noiommu);
        groups.put(id, group);
        return group;
    }

    void free(IommuGroup group) {
        groups.remove(group.id());
    }

    Iterable<IommuGroup> all() {
        return groups.values();
    }
}
