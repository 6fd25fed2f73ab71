// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.ArrayList;
import java.util.List;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.platform.PlatformDeviceNode;
import org.vfio4j.devtree.platform.PlatformDevices;
import org.vfio4j.platform.register.PageNeighbour;

/**
 * Finds whose registers are in the pages of a region, by the physical addresses of all devices of the tree. Only devices
 * count: the nodes below one that become none are parts of it.
 *
 * @param device the node of the region's device
 * @param pageSize the kernel's page size in bytes, a power of two
 */
record PageNeighbours(Node device, long pageSize) {
    /** The neighbours in the order of the tree; none if the region can be mapped, as its pages are its own then. */
    List<PageNeighbour> of(RegionMapping region) {
        if (region.space() != AddressSpace.MEMORY || region.size() == 0 || region.isMappable(pageSize)) {
            return List.of();
        }
        long firstPage = pageOf(region.physicalAddress());
        long lastPage = pageOf(region.physicalAddress() + region.size() - 1);
        List<PageNeighbour> found = new ArrayList<>();
        for (PlatformDeviceNode other : PlatformDevices.of(device.tree())) {
            if (!other.node().equals(device)) {
                for (RegEntry entry : Addresses.reg(other.node())) {
                    if (entry.translation() instanceof Translated at
                            && at.space() == AddressSpace.MEMORY
                            && entry.size() != 0
                            && Long.compareUnsigned(pageOf(at.address()), lastPage) <= 0
                            && Long.compareUnsigned(pageOf(at.address() + entry.size() - 1), firstPage) >= 0) {
                        found.add(new PageNeighbour(other.name(), other.node().path(), at.address(), entry.size()));
                    }
                }
            }
        }
        return found;
    }

    private long pageOf(long address) {
        return address & -pageSize;
    }
}
