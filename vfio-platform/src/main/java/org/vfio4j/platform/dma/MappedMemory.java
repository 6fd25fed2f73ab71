// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.IovaRange;
import org.vfio4j.vfio.IovaRanges;
import org.vfio4j.vfio.KernelReplyException;

/** Memory that an IOMMU shows to the device, at IOVAs that are chosen here. */
final class MappedMemory implements DmaBacking {
    private final LinuxSyscalls linux;
    private final String device;
    private final IoAddressSpace space;
    private final IovaRanges ranges;
    private final long pageSize;
    /** Guards itself. It is not held during calls to the kernel, which may take long to lock memory. */
    private final IovaAllocator iovas;

    MappedMemory(LinuxSyscalls linux, String device, IoAddressSpace space) throws IOException {
        this.linux = linux;
        this.device = device;
        this.space = space;
        this.ranges = space.ranges();
        this.pageSize = Math.max(linux.pageSize(), ranges.alignment());
        this.iovas = new IovaAllocator(ranges.ranges());
    }

    @Override
    public DmaStack stack() {
        return space.stack();
    }

    @Override
    public IovaRanges ranges() {
        return ranges;
    }

    @Override
    public DmaBuffer allocate(Dma dma, DmaRequest request) throws IOException {
        long granule = request.hugePages() ? Math.max(pageSize, DmaPages.HUGE_PAGE) : pageSize;
        long length = request.sizeInMultiplesOf(granule);
        long iova = takeIova(request, length, Math.max(granule, request.alignment()));
        boolean mapped = false;
        DmaPages pages = null;
        try {
            pages = DmaPages.allocate(
                    linux, device, length, request.hugePages() ? DmaPages.Kind.HUGE : DmaPages.Kind.ORDINARY);
            DmaBuffer buffer = new DmaBuffer(dma, pages, DmaAddresses.from(iova), request);
            space.map(iova, pages.address(), length, request.access());
            mapped = true;
            // The IOMMU's mapping keeps the memory, so the addresses can go when nobody refers to the buffer.
            buffer.unmapWhenUnused();
            return buffer;
        } finally {
            if (!mapped) {
                giveBack(iova, length);
                if (pages != null) {
                    pages.unmap();
                }
            }
        }
    }

    private long takeIova(DmaRequest request, long length, long alignment) throws IovaSpaceException {
        synchronized (iovas) {
            if (request.iova().isPresent()) {
                return takeGiven(request, length, alignment);
            }
            OptionalLong iova = iovas.take(length, alignment, pageSize, request.lastAddress());
            return iova.orElseThrow(() -> new IovaSpaceException(
                    length, alignment, request.lastAddress(), ranges.ranges().toString()));
        }
    }

    private long takeGiven(DmaRequest request, long length, long alignment) {
        long iova = request.iova().getAsLong();
        IovaRange wanted = new IovaRange(iova, iova + length - 1);
        if (Long.compareUnsigned(wanted.last(), request.lastAddress()) > 0) {
            throw new IllegalArgumentException(
                    "IOVAs " + wanted + " are beyond the " + request.addressBits() + " bits of address of the device");
        }
        takeAt(iova, length, alignment);
        return iova;
    }

    private void takeAt(long iova, long length, long alignment) {
        if ((iova & (alignment - 1)) != 0) {
            throw new IllegalArgumentException("expected an IOVA that is a multiple of 0x" + Long.toHexString(alignment)
                    + ", got 0x" + Long.toHexString(iova));
        }
        if (!iovas.takeAt(iova, length)) {
            throw new IllegalArgumentException("IOVAs " + new IovaRange(iova, iova + length - 1)
                    + " are reserved or in use; expected some of " + iovas.free());
        }
    }

    @Override
    public void map(long iova, long address, long length, DmaAccess access) throws IOException {
        if (length <= 0 || ((address | length) & (pageSize - 1)) != 0) {
            throw new IllegalArgumentException("expected whole pages of 0x" + Long.toHexString(pageSize) + ", got 0x"
                    + Long.toHexString(length) + " bytes at address 0x" + Long.toHexString(address));
        }
        synchronized (iovas) {
            takeAt(iova, length, pageSize);
        }
        boolean mapped = false;
        try {
            space.map(iova, address, length, access);
            mapped = true;
        } finally {
            if (!mapped) {
                giveBack(iova, length);
            }
        }
    }

    private void giveBack(long iova, long length) {
        synchronized (iovas) {
            iovas.giveBack(iova, length);
        }
    }

    @Override
    public void unmap(DmaMapping mapping) {
        unmap(mapping.iova(), mapping.length(), mapping);
    }

    @Override
    public void free(DmaBuffer buffer) {
        try {
            unmap(buffer.iova(), buffer.mappedSize(), buffer);
        } finally {
            buffer.replaceMemory();
        }
    }

    /** Takes memory away from the device. An IOVA that the kernel does not give up is not used again. */
    private void unmap(long iova, long length, Object what) {
        try {
            long unmapped = space.unmap(iova, length);
            if (unmapped != length) {
                throw new KernelReplyException(
                        space.unmapStep(),
                        device + " " + what,
                        "0x" + Long.toHexString(unmapped) + " bytes unmapped where 0x" + Long.toHexString(length)
                                + " were mapped");
            }
            giveBack(iova, length);
        } catch (IOException refused) {
            throw new UncheckedIOException(
                    "memory of " + device + " is closed, but the device may reach it until it is closed itself",
                    refused);
        }
    }

    @Override
    public void close() {}
}
