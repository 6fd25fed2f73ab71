// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.vfio4j.platform.host.IommuStream;

/** The IOMMU groups of the board: of the tree's {@code iommus} properties, and those that noiommu mode adds. */
final class IommuGroups {
    private static final String SMMU_V3 = "arm,smmu-v3";

    private final TreeMap<Integer, IommuGroup> groups = new TreeMap<>();
    private final Map<IommuStream, IommuGroup> byStream = new HashMap<>();

    /**
     * Puts a device into the group of its streams, if it is in none. Linux does that when a driver is about to be bound
     * (really_probe calls dma_configure), so a device that never had one is in no group; since 6.15 it is done when the
     * IOMMU appears.
     *
     * <p>Devices that share a stream ID share a group, as with an SMMU of version 2. Version 3's driver refuses the second
     * one, which then is without IOMMU (arm_smmu_insert_master). A device of a disabled IOMMU, or of none, has no group.
     */
    void configure(BoardDevice device) {
        Set<IommuStream> streams = new HashSet<>(IommuStream.of(device.node()));
        if (device.iommuGroup() != null || streams.isEmpty()) {
            return;
        }
        if (streams.stream()
                .anyMatch(
                        stream -> byStream.containsKey(stream) && stream.iommu().isCompatible(SMMU_V3))) {
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
