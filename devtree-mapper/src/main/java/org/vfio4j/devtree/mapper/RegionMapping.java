// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.address.RangesEntry;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation.Translated;

/**
 * What a VFIO region is.
 *
 * @param index VFIO index of the region
 * @param node path of the node
 * @param source the property
 * @param sourceIndex index of the entry in the property
 * @param name from {@code reg-names}, if there is one
 * @param busAddress address on the node's bus (for {@code ranges}: on the bus above the node), unsigned
 * @param physicalAddress the CPU's address, unsigned
 * @param size bytes, unsigned
 * @param space memory or I/O ports
 */
public record RegionMapping(
        int index,
        String node,
        RegionSource source,
        int sourceIndex,
        Optional<String> name,
        long busAddress,
        long physicalAddress,
        long size,
        AddressSpace space) {
    static RegionMapping of(int index, Node node, RegEntry entry, Translated translated) {
        return new RegionMapping(
                index,
                node.path(),
                RegionSource.REG,
                entry.index(),
                entry.name(),
                entry.busAddress(),
                translated.address(),
                entry.size(),
                translated.space());
    }

    static RegionMapping of(int index, Node node, RangesEntry entry, Translated translated) {
        return new RegionMapping(
                index,
                node.path(),
                RegionSource.RANGES,
                entry.index(),
                Optional.empty(),
                entry.parentAddress(),
                translated.address(),
                entry.size(),
                translated.space());
    }

    /**
     * Where the region begins inside its physical page; the "offset" of the proposal's examples.
     *
     * @param pageSize bytes, a power of two
     * @return 0 to {@code pageSize} - 1
     */
    public long pageOffset(long pageSize) {
        return physicalAddress & (pageSize - 1);
    }

    /**
     * Whether the kernel lets user space map the region: it is memory, and start and size are multiples of the page
     * size (Linux {@code drivers/vfio/platform/vfio_platform_common.c}).
     *
     * @param pageSize the kernel's page size in bytes, a power of two
     * @return true if it does
     */
    public boolean isMappable(long pageSize) {
        return space == AddressSpace.MEMORY && ((physicalAddress | size) & (pageSize - 1)) == 0;
    }
}
