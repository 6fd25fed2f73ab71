// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.linux.CloseAll;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.IovaRanges;

/**
 * Memory for a device without an IOMMU, at physical addresses: in huge pages, or locked. Nothing keeps the device off
 * memory that it has an address of, so none goes back to the kernel before the device is closed, not even that of buffers
 * which nobody refers to any more.
 */
final class PhysicalMemory implements DmaBacking {
    private final LinuxSyscalls linux;
    private final String name;
    private final Device device;
    private final List<DmaWindow> windows;
    /** The buffers that are closed and have their memory still. Guards itself. */
    private final List<DmaBuffer> kept = new ArrayList<>();

    PhysicalMemory(String name, Device device, List<DmaWindow> windows) {
        this.linux = device.descriptor().linux();
        this.name = name;
        this.device = device;
        this.windows = List.copyOf(windows);
    }

    @Override
    public DmaStack stack() {
        return DmaStack.NOIOMMU;
    }

    @Override
    public IovaRanges ranges() {
        return new IovaRanges(List.of(), linux.pageSize());
    }

    @Override
    public DmaBuffer allocate(Dma dma, DmaRequest request) throws IOException {
        if (request.iova().isPresent()) {
            throw new IllegalArgumentException("expected no IOVA for " + name + ", as without an IOMMU memory is where"
                    + " the kernel has it, got 0x"
                    + Long.toHexString(request.iova().getAsLong()));
        }
        boolean huge = request.hugePages() || (request.contiguous() && request.size() > linux.pageSize());
        long length = request.sizeInMultiplesOf(huge ? DmaPages.HUGE_PAGE : linux.pageSize());
        DmaPages pages =
                DmaPages.allocate(linux, name, length, huge ? DmaPages.Kind.HUGE_POPULATED : DmaPages.Kind.LOCKED);
        boolean usable = false;
        try {
            long[] places = PageMap.read(linux, name, pages.address(), length);
            for (int i = 0; i < places.length; i++) {
                places[i] = toDevice(places[i]);
            }
            DmaAddresses addresses = DmaAddresses.ofPages(places, linux.pageSize());
            require(request, addresses);
            DmaBuffer buffer = new DmaBuffer(dma, pages, addresses, request);
            usable = true;
            return buffer;
        } finally {
            if (!usable) {
                // No device has seen an address of it.
                pages.unmap();
            }
        }
    }

    private long toDevice(long physical) throws PhysicalAddressException {
        if (windows.isEmpty()) {
            return physical;
        }
        return windows.stream()
                .filter(window -> window.holds(physical))
                .findFirst()
                .orElseThrow(() -> new PhysicalAddressException(
                        "memory for " + name + " at physical address 0x" + Long.toHexString(physical)
                                + " is not reached through the dma-ranges of its bus, " + windows,
                        "boot with the memory that the bus reaches, see mem= and memmap="))
                .toDevice(physical);
    }

    private void require(DmaRequest request, DmaAddresses addresses) throws PhysicalAddressException {
        List<DmaSegment> segments = addresses.segments(0, request.size());
        if (request.contiguous() && segments.size() > 1) {
            throw new PhysicalAddressException(
                    "0x" + Long.toHexString(request.size()) + " bytes of memory for " + name + " are in "
                            + segments.size() + " places, " + segments,
                    "ask for 2 MiB at most, or for more while adjacent huge pages are free, as after a boot with"
                            + " hugepages=64");
        }
        for (DmaSegment segment : segments) {
            if (Long.compareUnsigned(segment.iova() + segment.length() - 1, request.lastAddress()) > 0) {
                throw new PhysicalAddressException(
                        "memory for " + name + ", " + segment + ", is beyond its " + request.addressBits()
                                + " bits of address",
                        "put the device behind an IOMMU, or boot with less memory: mem=4G");
            }
        }
        long first = segments.get(0).iova();
        if ((first & (request.alignment() - 1)) != 0) {
            throw new PhysicalAddressException(
                    "memory for " + name + " at 0x" + Long.toHexString(first) + " is at no multiple of 0x"
                            + Long.toHexString(request.alignment()),
                    "ask for an alignment of a page, or of 2 MiB in huge pages");
        }
    }

    @Override
    public void free(DmaBuffer buffer) {
        synchronized (kept) {
            kept.add(buffer);
        }
        close();
    }

    @Override
    public void map(long iova, long address, long length, DmaAccess access) {
        throw new UnsupportedOperationException(name
                + " has no IOMMU: memory is where the kernel has it for the device, and at no address that is chosen");
    }

    @Override
    public void unmap(DmaMapping mapping) {
        throw new IllegalStateException("nothing was mapped for " + name);
    }

    /** Gives back what is closed, if the device is. */
    @Override
    public void close() {
        if (!device.descriptor().isClosed()) {
            return;
        }
        List<DmaBuffer> all;
        synchronized (kept) {
            all = List.copyOf(kept);
            kept.clear();
        }
        CloseAll.of(all, buffer -> {
            buffer.unmapWhenUnused();
            buffer.replaceMemory();
        });
    }
}
