// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.mapper.RegionMapping;

/**
 * How the registers of a region are reached.
 *
 * @param kind how
 * @param reason why, in words
 * @param neighbours other devices with registers in the region's pages; empty if the region can be mapped, and if the
 *     device tree is not known
 */
public record RegionAccess(Kind kind, String reason, List<PageNeighbour> neighbours) {
    /** The most that can be mapped: one buffer of Java holds no more. */
    private static final long MOST_MAPPED = Integer.MAX_VALUE;

    /** The kinds. */
    public enum Kind {
        /** The region is mapped: an access is one load or store of the CPU. */
        MAPPED,
        /** The region cannot be mapped: an access is one pread or pwrite, and the kernel makes it. */
        TRAPPED,
        /** The registers cannot be reached: there are none, or the kernel neither maps nor reads nor writes them. */
        NONE
    }

    /** Copies the list. */
    public RegionAccess {
        neighbours = List.copyOf(neighbours);
    }

    /**
     * A way without known neighbours.
     *
     * @param kind how
     * @param reason why, in words
     */
    public RegionAccess(Kind kind, String reason) {
        this(kind, reason, List.of());
    }

    /**
     * The same way, with the devices that share a page with the region.
     *
     * @param others the devices
     * @return the way
     */
    public RegionAccess withNeighbours(List<PageNeighbour> others) {
        return new RegionAccess(kind, reason, others);
    }

    /** {@return why, and with whom the region shares a page: one line for a person} */
    public String explanation() {
        return neighbours.isEmpty() ? reason : reason + "; shares its page with " + neighbourNames();
    }

    /** {@return the names of the devices that share a page with the region, each once, with commas between} */
    public String neighbourNames() {
        return neighbours.stream().map(PageNeighbour::device).distinct().collect(Collectors.joining(", "));
    }

    /**
     * The way to the registers of a region. vfio-platform lets user space map it if start and size are multiples of the
     * kernel's page size, and gives no access to I/O ports ({@code vfio_platform_regions_init} of {@code
     * drivers/vfio/platform/vfio_platform_common.c}).
     *
     * @param size bytes, unsigned
     * @param flags what the kernel lets user space do with it
     * @param mapping what the region is in the device tree, for the reason; empty if that is not known
     * @param pageSize the kernel's page size in bytes, a power of two
     * @return the way
     */
    public static RegionAccess of(long size, Set<RegionFlag> flags, Optional<RegionMapping> mapping, long pageSize) {
        if (size == 0) {
            return new RegionAccess(Kind.NONE, "the region has no bytes");
        }
        boolean trappable = flags.contains(RegionFlag.READ) || flags.contains(RegionFlag.WRITE);
        if (flags.contains(RegionFlag.MMAP) && trappable && Long.compareUnsigned(size, MOST_MAPPED) > 0) {
            return new RegionAccess(Kind.TRAPPED, "has more than 2 GiB, which is the most that is mapped");
        }
        if (flags.contains(RegionFlag.MMAP)) {
            return new RegionAccess(Kind.MAPPED, "start and size are multiples of the page size of " + pageSize);
        }
        if (trappable) {
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
