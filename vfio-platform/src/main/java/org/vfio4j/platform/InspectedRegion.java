// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.platform.register.PageNeighbour;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.register.RegionFlag;
import org.vfio4j.vfio.RegionInfo;

/**
 * A VFIO region and what it is.
 *
 * @param index VFIO index of the region
 * @param size bytes, unsigned
 * @param flags what the device says; without an opened device, what the kernel would say
 * @param offset where the region begins in the device's file, a cookie for pread and mmap; only of an opened device
 * @param access how its registers are reached
 * @param mapping the property that it comes from; empty if device and tree disagree
 */
public record InspectedRegion(
        int index,
        long size,
        Set<RegionFlag> flags,
        OptionalLong offset,
        RegionAccess access,
        Optional<RegionMapping> mapping) {
    /** What the kernel would say of a region: vfio-platform sets READ and WRITE for all memory of a device tree. */
    static InspectedRegion predicted(RegionMapping mapping, PageNeighbours neighbours) {
        Set<RegionFlag> flags = EnumSet.noneOf(RegionFlag.class);
        if (mapping.space() == AddressSpace.MEMORY) {
            flags.add(RegionFlag.READ);
            flags.add(RegionFlag.WRITE);
        }
        if (mapping.isMappable(neighbours.pageSize())) {
            flags.add(RegionFlag.MMAP);
        }
        return of(
                mapping.index(),
                mapping.size(),
                flags,
                OptionalLong.empty(),
                Optional.of(mapping),
                neighbours.pageSize(),
                neighbours.of(mapping));
    }

    /** What an opened device says of a region. */
    static InspectedRegion of(RegionInfo info, Optional<RegionMapping> mapping, PageNeighbours neighbours) {
        return of(
                info.index(),
                info.size(),
                RegionFlag.of(info.flags()),
                OptionalLong.of(info.offset()),
                mapping,
                neighbours.pageSize(),
                mapping.map(neighbours::of).orElse(List.of()));
    }

    private static InspectedRegion of(
            int index,
            long size,
            Set<RegionFlag> flags,
            OptionalLong offset,
            Optional<RegionMapping> mapping,
            long pageSize,
            List<PageNeighbour> neighbours) {
        RegionAccess access = RegionAccess.of(size, flags, mapping, pageSize).withNeighbours(neighbours);
        return new InspectedRegion(index, size, Collections.unmodifiableSet(flags), offset, access, mapping);
    }
}
