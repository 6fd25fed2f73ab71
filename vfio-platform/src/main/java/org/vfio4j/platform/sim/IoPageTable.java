// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.IommufdFlags;

/**
 * The mappings of an IOAS, and where there can be some (drivers/iommu/iommufd/io_pagetable.c). Without an IOMMU every
 * address can be used and nothing need be aligned; each IOMMU that the IOAS is attached to narrows that.
 */
final class IoPageTable {
    private final int pageSize;
    private final TreeMap<Long, IoArea> areas = new TreeMap<>(Long::compareUnsigned);
    private final Map<Object, List<IovaRange>> reserved = new IdentityHashMap<>();
    private List<IovaRange> allowed = List.of();
    private int domains;
    private boolean largePages = true;

    IoPageTable(int pageSize) {
        this.pageSize = pageSize;
    }

    /** What addresses and lengths are multiples of. */
    long alignment() {
        return domains == 0 && largePages ? 1 : pageSize;
    }

    /** The page sizes of all IOMMUs, a bit each, as VFIO shows them (iommufd_get_pagesizes). */
    long pageSizes() {
        return domains == 0 ? -pageSize : Type1Capabilities.pageSizes(pageSize);
    }

    /** Maps pages one behind another. Returns the address, which the kernel chooses if {@code fixed} is null. */
    long map(List<IoArea.Slice> slices, Long fixed, int flags) {
        long length = slices.stream().mapToLong(IoArea.Slice::length).sum();
        KernelError.requireValid(length != 0 && isAligned(length));
        long iova;
        if (fixed == null) {
            iova = allocator().allocate(slices.get(0), length);
        } else {
            iova = fixed;
            requireFree(iova, length);
        }
        List<IoArea> wanted = new ArrayList<>();
        long at = iova;
        for (IoArea.Slice slice : slices) {
            IoArea area = new IoArea(IovaRange.ofLength(at, slice.length()), slice, flags);
            requireInsertable(area);
            wanted.add(area);
            at += slice.length();
        }
        if (domains != 0) {
            pinAll(wanted);
        }
        wanted.forEach(area -> areas.put(area.range().first(), area));
        return iova;
    }

    private IovaAllocator allocator() {
        return new IovaAllocator(pageSize, alignment(), allowed, used());
    }

    private List<IovaRange> used() {
        List<IovaRange> used = new ArrayList<>(reserved());
        areas.values().forEach(area -> used.add(area.range()));
        return used;
    }

    private void requireFree(long iova, long length) {
        KernelError.requireValid(isAligned(iova));
        IovaRange range = IovaRange.ofLength(iova, length);
        KernelError.requireValid(reserved().stream().noneMatch(range::overlaps));
        KernelError.require(firstIn(range) == null, Errno.EEXIST);
    }

    private void requireInsertable(IoArea area) {
        boolean write = (area.flags() & IommufdFlags.IOMMU_IOAS_MAP_WRITEABLE) != 0;
        KernelError.require(!write || area.slice().pages().isWritable(), Errno.EPERM);
        KernelError.requireValid(isAligned(area.slice().start()));
    }

    private boolean isAligned(long value) {
        return (value & (alignment() - 1)) == 0;
    }

    /** The pages behind a range, which must be mapped without a gap. */
    List<IoArea.Slice> slices(long iova, long length) {
        KernelError.requireValid(length != 0);
        IovaRange range = IovaRange.ofLength(iova, length);
        List<IoArea.Slice> slices = new ArrayList<>();
        long at = iova;
        for (IoArea area : allIn(range)) {
            KernelError.require(area.range().contains(new IovaRange(at, at)), Errno.ENOENT);
            long last = Long.compareUnsigned(area.range().last(), range.last()) < 0
                    ? area.range().last()
                    : range.last();
            slices.add(area.part(new IovaRange(at, last)).slice());
            at = last + 1;
        }
        KernelError.require(at == range.last() + 1 && !slices.isEmpty(), Errno.ENOENT);
        return slices;
    }

    /**
     * How far an unmapping came.
     *
     * @param bytes what was unmapped
     * @param cut whether it ended at a mapping that is not wholly in the range
     */
    record Unmapped(long bytes, boolean cut) {}

    /** Unmaps whole mappings by rising address; those before one that would be cut are gone. */
    Unmapped unmap(long iova, long length) {
        KernelError.requireValid(length != 0);
        return unmap(IovaRange.ofLength(iova, length));
    }

    Unmapped unmap(IovaRange range) {
        long bytes = 0;
        for (IoArea area : allIn(range)) {
            if (!range.contains(area.range())) {
                return new Unmapped(bytes, true);
            }
            remove(area);
            bytes += area.length();
        }
        return new Unmapped(bytes, false);
    }

    private void remove(IoArea area) {
        areas.remove(area.range().first());
        if (domains != 0) {
            area.unpin();
        }
    }

    /** Makes two mappings of the one that an address is in, unless it is the first or last there (iopt_cut_iova). */
    void cutBehind(long iova) {
        IoArea area = firstIn(new IovaRange(iova, iova));
        if (area == null || iova == area.range().first() || iova == area.range().last()) {
            return;
        }
        IoArea left = area.part(new IovaRange(area.range().first(), iova));
        IoArea right = area.part(new IovaRange(iova + 1, area.range().last()));
        KernelError.requireValid(isAligned(iova + 1) && isAligned(right.slice().start()));
        // The same pages stay locked.
        if (domains != 0) {
            left.pin();
            right.pin();
        }
        remove(area);
        areas.put(left.range().first(), left);
        areas.put(right.range().first(), right);
    }

    /** What an IOMMU shows at an address; null for nothing. */
    DmaTarget target(long iova) {
        IoArea area = firstIn(new IovaRange(iova, iova));
        return area == null ? null : area.target(iova);
    }

    /** Where a mapping can be. */
    List<IovaRange> iovaRanges() {
        return IovaRange.ALL.without(reserved());
    }

    private List<IovaRange> reserved() {
        return reserved.values().stream().flatMap(List::stream).toList();
    }

    /** Where the kernel may choose an address; EADDRINUSE if a part is reserved. */
    void allow(List<IovaRange> ranges) {
        List<IovaRange> taken = reserved();
        KernelError.require(
                ranges.stream().noneMatch(range -> taken.stream().anyMatch(range::overlaps)), Errno.EADDRINUSE);
        allowed = List.copyOf(ranges);
    }

    /** Nothing can be mapped in ranges any more until their owner is gone. */
    void reserve(Object owner, List<IovaRange> ranges) {
        for (IovaRange range : ranges) {
            KernelError.require(
                    firstIn(range) == null && allowed.stream().noneMatch(range::overlaps), Errno.EADDRINUSE);
        }
        reserved.put(owner, ranges);
    }

    void unreserve(Object owner) {
        reserved.remove(owner);
    }

    boolean hasDomains() {
        return domains != 0;
    }

    boolean hasLargePages() {
        return largePages;
    }

    void enableLargePages() {
        largePages = true;
    }

    /** EINVAL if an IOMMU may have used a large page, EADDRINUSE if a mapping is not of whole pages. */
    void disableLargePages() {
        if (!largePages) {
            return;
        }
        KernelError.requireValid(domains == 0 || areas.isEmpty());
        requireWholePages();
        largePages = false;
    }

    private void requireWholePages() {
        long mask = pageSize - 1L;
        KernelError.require(
                areas.values().stream()
                        .allMatch(area -> ((area.range().first()
                                                | area.length()
                                                | area.slice().start())
                                        & mask)
                                == 0),
                Errno.EADDRINUSE);
    }

    /** An IOMMU gets all mappings (iopt_table_add_domain). */
    void addDomain(Object domain, List<IovaRange> unreachable) {
        requireWholePages();
        reserve(domain, unreachable);
        try {
            if (domains == 0) {
                pinAll(areas.values());
            }
        } catch (KernelError refused) {
            unreserve(domain);
            throw refused;
        }
        domains++;
    }

    private static void pinAll(Collection<IoArea> wanted) {
        List<IoArea> done = new ArrayList<>();
        try {
            for (IoArea area : wanted) {
                area.pin();
                done.add(area);
            }
        } catch (KernelError refused) {
            done.forEach(IoArea::unpin);
            throw refused;
        }
    }

    void removeDomain(Object domain) {
        domains--;
        unreserve(domain);
        if (domains == 0) {
            areas.values().forEach(IoArea::unpin);
        }
    }

    private IoArea firstIn(IovaRange range) {
        List<IoArea> found = allIn(range);
        return found.isEmpty() ? null : found.get(0);
    }

    private List<IoArea> allIn(IovaRange range) {
        Long before = areas.floorKey(range.first());
        long from = before == null ? range.first() : before;
        return areas.subMap(from, true, range.last(), true).values().stream()
                .filter(area -> area.range().overlaps(range))
                .toList();
    }
}
