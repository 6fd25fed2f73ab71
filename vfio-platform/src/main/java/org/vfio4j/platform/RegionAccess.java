// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.mapper.RegionMapping;

/**
 * How the registers of a region are reached.
 *
 * @param kind how
 * @param reason why, in words
 */
public record RegionAccess(Kind kind, String reason) {
    /** The kinds. */
    public enum Kind {
        /** The region is mapped: an access is one load or store of the CPU. */
        MAPPED,
        /** The region cannot be mapped: an access is one pread or pwrite, and the kernel makes it. */
        TRAPPED,
        /** The registers cannot be reached: there are none, or the kernel neither maps nor reads nor writes them. */
        NONE
    }

    /**
     * The way to the registers of a region. vfio-platform lets user space map it if start and size are multiples of the
     * kernel's page size, and gives no access to I/O ports ({@code vfio_platform_regions_init} of {@code
     * drivers/vfio/platform/vfio_platform_common.c}).
     */
    static RegionAccess of(long size, Set<RegionFlag> flags, Optional<RegionMapping> mapping, long pageSize) {
        if (size == 0) {
            return new RegionAccess(Kind.NONE, "the region has no bytes");
        }
        if (flags.contains(RegionFlag.MMAP)) {
            return new RegionAccess(Kind.MAPPED, "start and size are multiples of the page size of " + pageSize);
        }
        if (flags.contains(RegionFlag.READ) || flags.contains(RegionFlag.WRITE)) {
            return new RegionAccess(Kind.TRAPPED, whyTrapped(size, mapping, pageSize));
        }
        boolean ports = mapping.filter(m -> m.space() == AddressSpace.IO).isPresent();
        return new RegionAccess(
                Kind.NONE,
                ports
                        ? "I/O ports: vfio-platform gives no access to them"
                        : "the device offers neither mmap, read nor write");
    }

    private static String whyTrapped(long size, Optional<RegionMapping> mapping, long pageSize) {
        List<String> reasons = new ArrayList<>();
        mapping.map(m -> m.pageOffset(pageSize))
                .filter(offset -> offset != 0)
                .ifPresent(offset -> reasons.add("begins 0x" + Long.toHexString(offset) + " into a page"));
        if ((size & (pageSize - 1)) != 0) {
            reasons.add("size is no multiple of the page size");
        }
        return reasons.isEmpty() ? "the device does not offer mmap" : String.join(" and ", reasons) + " of " + pageSize;
    }
}
