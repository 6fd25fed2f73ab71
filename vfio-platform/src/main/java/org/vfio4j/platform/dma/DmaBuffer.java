// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.lang.ref.Cleaner;
import org.vfio4j.vfio.DmaAccess;

/**
 * Memory that was allocated and mapped for a device with {@link Dma#allocate}. It stays so until it is closed, or the
 * device is.
 *
 * <p>Close it when the device has no address of it any more. What a device does at an IOVA that is not mapped the IOMMU
 * refuses; but a later buffer may get the same IOVA. Without an IOMMU nothing refuses it.
 *
 * <p>{@code close()} may be called while other threads read and write: they get the exception, and never the memory of
 * somebody else. Closing again does nothing.
 */
public final class DmaBuffer extends DmaMemory implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Dma dma;
    private final DmaPages pages;
    private final DmaRequest request;
    private final Access access;

    /** Takes over the pages. */
    DmaBuffer(Dma dma, DmaPages pages, DmaAddresses addresses, DmaRequest request) {
        this(dma, pages, new Access(), addresses, request);
    }

    private DmaBuffer(Dma dma, DmaPages pages, Access access, DmaAddresses addresses, DmaRequest request) {
        super(pages.bytes(), access, addresses, Math.toIntExact(request.size()), request.order());
        this.dma = dma;
        this.pages = pages;
        this.request = request;
        this.access = access;
    }

    /** {@return what the device may do; without an IOMMU nothing keeps it from more} */
    public DmaAccess access() {
        return request.access();
    }

    /** {@return how many bytes the device has of it: the size, rounded up to whole pages} */
    public long mappedSize() {
        return pages.length();
    }

    /** Lets the addresses be used again once nobody refers to them: views of the bytes keep the bytes reachable. */
    void unmapWhenUnused() {
        CLEANER.register(bytes(), pages::unmap);
    }

    /** See {@link DmaPages#replace}. */
    void replaceMemory() {
        pages.replace();
    }

    /**
     * Takes the memory away from the device and gives it back. Closing again does nothing; who does so while another
     * thread closes waits for it.
     *
     * <p>Without an IOMMU nothing can be taken away: the memory is kept until the device is closed, see {@link
     * DmaStack#NOIOMMU}. A program that closes and allocates again and again runs out of memory there.
     *
     * @throws java.io.UncheckedIOException if the kernel does not unmap it, or less than was mapped. The buffer is closed
     *     nevertheless; the device may reach the pages until it is closed itself, and the IOVA is not used again
     */
    @Override
    public synchronized void close() {
        if (isClosed()) {
            return;
        }
        access.close();
        dma.freed(this);
    }
}
