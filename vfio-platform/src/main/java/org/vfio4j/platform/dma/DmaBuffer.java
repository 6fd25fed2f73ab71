// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import org.vfio4j.vfio.DmaAccess;

/**
 * Memory that was allocated and mapped for a device with {@link Dma#allocate}. It stays so until it is closed, or the
 * device is.
 *
 * <p>Close it when the device has no address of it any more. What a device does at an IOVA that is not mapped the IOMMU
 * refuses; but a later buffer may get the same IOVA.
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

    private DmaBuffer(Dma dma, DmaPages pages, ByteBuffer bytes, Access access, long iova, DmaRequest request) {
        super(bytes, access, iova, Math.toIntExact(request.size()), request.order());
        this.dma = dma;
        this.pages = pages;
        this.request = request;
        this.access = access;
    }

    /** Takes over pages that are mapped, and their bytes. */
    static DmaBuffer of(Dma dma, DmaPages pages, ByteBuffer bytes, long iova, DmaRequest request) {
        DmaBuffer buffer = new DmaBuffer(dma, pages, bytes, new Access(), iova, request);
        // Views of the bytes keep them reachable, so the addresses outlive the last view.
        CLEANER.register(bytes, pages::unmap);
        return buffer;
    }

    /** {@return what the device may do} */
    public DmaAccess access() {
        return request.access();
    }

    /** {@return how many bytes are mapped: the size, rounded up to whole pages} */
    public long mappedSize() {
        return pages.length();
    }

    /**
     * Takes the memory away from the device and gives it back. Closing again does nothing; who does so while another
     * thread closes waits for it.
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
        try {
            dma.unmap(this);
        } finally {
            pages.replace();
        }
    }
}
