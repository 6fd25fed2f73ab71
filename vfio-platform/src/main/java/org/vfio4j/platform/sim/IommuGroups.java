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
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** The IOMMU groups of the board: of the tree's {@code iommus} properties, and those that noiommu mode adds. */
final class IommuGroups {
    private final TreeMap<Integer, IommuGroup> groups = new TreeMap<>();

    /**
     * Devices that share a stream ID of an IOMMU share a group, as with an ARM SMMU. A device of a disabled IOMMU, or of
     * none, has no group.
     */
    IommuGroups(List<BoardDevice> devices) {
        Map<List<Integer>, IommuGroup> byStream = new HashMap<>();
        for (BoardDevice device : devices) {
            Set<List<Integer>> streams = streamsOf(device.node());
            if (streams.isEmpty()) {
                continue;
            }
            IommuGroup group = streams.stream()
                    .map(byStream::get)
                    .filter(found -> found != null)
                    .findFirst()
                    .orElseGet(() -> allocate(false));
            group.add(device);
            streams.forEach(stream -> byStream.putIfAbsent(stream, group));
        }
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
