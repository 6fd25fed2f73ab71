// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioFlags;

/** The DMA mappings of a type1 container: vfio_dma_do_map and vfio_dma_do_unmap, as books without translation. */
final class DmaMappings {
    private final KernelConfig config;
    private final VirtualMemory memory;
    private final CallingProcess process;
    private final boolean v2;
    private final int entryLimit;
    private final TreeMap<Long, DmaMapping> mappings = new TreeMap<>(Long::compareUnsigned);
    private final DirtyTracking dirtyTracking;

    DmaMappings(KernelConfig config, VirtualMemory memory, CallingProcess process, boolean v2, int entryLimit) {
        this.config = config;
        this.memory = memory;
        this.process = process;
        this.v2 = v2;
        this.entryLimit = entryLimit;
        this.dirtyTracking = new DirtyTracking(this, memory, v2, config.pageSize());
    }

    DirtyTracking dirtyTracking() {
        return dirtyTracking;
    }

    int available() {
        return entryLimit - mappings.size();
    }

    void map(int flags, long vaddr, long iova, long size) {
        boolean setVaddr = (flags & VfioFlags.VFIO_DMA_MAP_FLAG_VADDR) != 0;
        boolean access = (flags & (VfioFlags.VFIO_DMA_MAP_FLAG_READ | VfioFlags.VFIO_DMA_MAP_FLAG_WRITE)) != 0;
        KernelError.requireValid(access != setVaddr);
        KernelError.requireValid(size != 0 && ((size | iova | vaddr) & (config.pageSize() - 1)) == 0);
        requireNoWrap(iova, size);
        requireNoWrap(vaddr, size);
        DmaMapping present = firstIn(iova, iova + size - 1);
        if (setVaddr) {
            updateVaddr(present, vaddr, iova, size);
            return;
        }
        KernelError.require(present == null, Errno.EEXIST);
        KernelError.require(available() != 0, Errno.ENOSPC);
        KernelError.requireValid(isAllowed(iova, iova + size - 1));
        boolean deviceWrites = (flags & VfioFlags.VFIO_DMA_MAP_FLAG_WRITE) != 0;
        KernelError.require(memory.isAccessible(vaddr, size, deviceWrites), Errno.EFAULT);
        long locked = memory.ordinaryBytes(vaddr, size);
        process.lock(locked);
        mappings.put(iova, new DmaMapping(iova, size, flags, vaddr, locked, memory.pin(vaddr, size)));
    }

    private static void updateVaddr(DmaMapping present, long vaddr, long iova, long size) {
        KernelError.require(present != null, Errno.ENOENT);
        KernelError.requireValid(present.vaddrInvalid && present.iova == iova && present.size == size);
        present.vaddr = vaddr;
        present.vaddrInvalid = false;
    }

    private void requireNoWrap(long start, long size) {
        KernelError.require(
                Long.compareUnsigned(start + size - 1, start) >= 0,
                config.release() == KernelRelease.LINUX_6_12 ? Errno.EINVAL : Errno.EOVERFLOW);
    }

    private static boolean isAllowed(long first, long last) {
        return Type1Capabilities.IOVA_RANGES.stream()
                .anyMatch(range ->
                        Long.compareUnsigned(first, range[0]) >= 0 && Long.compareUnsigned(last, range[1]) <= 0);
    }

    /** Returns how many bytes were unmapped. */
    long unmap(int flags, long iova, long size, DirtyBitmap bitmap) {
        boolean all = (flags & VfioFlags.VFIO_DMA_UNMAP_FLAG_ALL) != 0;
        long pageMask = config.pageSize() - 1L;
        KernelError.requireValid((iova & pageMask) == 0);
        if (all) {
            KernelError.requireValid(iova == 0 && size == 0);
        } else {
            KernelError.requireValid(size != 0 && (size & pageMask) == 0);
            requireNoWrap(iova, size);
        }
        KernelError.requireValid(bitmap == null || dirtyTracking.accepts(bitmap));
        long last = all ? -1 : iova + size - 1;
        if (v2 && !all) {
            requireNotCut(iova, last);
        }
        // vfio_find_dma_first_node compares with the first address behind the range. Where that wraps to 0, every
        // mapping is behind it and none is found.
        List<DmaMapping> found = !all && last == -1 ? List.of() : allIn(iova, last);
        if ((flags & VfioFlags.VFIO_DMA_UNMAP_FLAG_VADDR) != 0) {
            return invalidate(found);
        }
        long unmapped = 0;
        for (DmaMapping mapping : found) {
            if (bitmap != null) {
                dirtyTracking.report(bitmap, mapping, iova);
            }
            mappings.remove(mapping.iova);
            process.unlock(mapping.locked);
            unmapped += mapping.size;
        }
        return unmapped;
    }

    /** The container has lost its last group. */
    void release() {
        mappings.values().forEach(mapping -> process.unlock(mapping.locked));
        mappings.clear();
    }

    private static long invalidate(List<DmaMapping> found) {
        KernelError.requireValid(found.stream().noneMatch(mapping -> mapping.vaddrInvalid));
        found.forEach(mapping -> mapping.vaddrInvalid = true);
        return found.stream().mapToLong(mapping -> mapping.size).sum();
    }

    /** The range may not begin or end inside a mapping. */
    void requireNotCut(long first, long last) {
        DmaMapping atFirst = firstIn(first, first);
        KernelError.requireValid(atFirst == null || atFirst.iova == first);
        DmaMapping atLast = firstIn(last, last);
        KernelError.requireValid(atLast == null || atLast.last() == last);
    }

    /** What is mapped at an address; null for nothing. */
    DmaTarget target(long iova) {
        DmaMapping mapping = firstIn(iova, iova);
        return mapping == null
                ? null
                : DmaTarget.in(
                        mapping.pinned,
                        iova - mapping.iova,
                        (mapping.flags & VfioFlags.VFIO_DMA_MAP_FLAG_READ) != 0,
                        (mapping.flags & VfioFlags.VFIO_DMA_MAP_FLAG_WRITE) != 0);
    }

    private DmaMapping firstIn(long first, long last) {
        Map.Entry<Long, DmaMapping> before = mappings.floorEntry(first);
        if (before != null && Long.compareUnsigned(before.getValue().last(), first) >= 0) {
            return before.getValue();
        }
        Map.Entry<Long, DmaMapping> after = mappings.ceilingEntry(first);
        return after != null && Long.compareUnsigned(after.getKey(), last) <= 0 ? after.getValue() : null;
    }

    /** The mappings that a range touches. With v1 there are none if the first of them begins before the range. */
    private List<DmaMapping> allIn(long first, long last) {
        DmaMapping start = firstIn(first, last);
        if (start == null || (!v2 && Long.compareUnsigned(first, start.iova) > 0)) {
            return List.of();
        }
        return new ArrayList<>(mappings.subMap(start.iova, true, last, true).values());
    }

    /** The mappings that begin in a range. */
    List<DmaMapping> beginningIn(long first, long last) {
        return List.copyOf(mappings.subMap(first, true, last, true).values());
    }
}
