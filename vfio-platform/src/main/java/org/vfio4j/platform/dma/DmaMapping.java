// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

/**
 * Memory of somebody else, such as a guest, that a device reaches until this is closed or the device is. Made by {@link
 * Dma#map}.
 */
public final class DmaMapping implements AutoCloseable {
    private final Dma dma;
    private final long iova;
    private final long length;
    private boolean closed;

    DmaMapping(Dma dma, long iova, long length) {
        this.dma = dma;
        this.iova = iova;
        this.length = length;
    }

    /** {@return the address of the first byte for the device, unsigned} */
    public long iova() {
        return iova;
    }

    /** {@return bytes} */
    public long length() {
        return length;
    }

    /**
     * Takes the memory away from the device. Closing again does nothing; who does so while another
     * thread closes waits for it.
     *
     * @throws java.io.UncheckedIOException if the kernel does not unmap it; the device may reach it until it is closed
     *     itself, so the memory must not be freed before
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        dma.unmapped(this);
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(length) + " bytes at IOVA 0x" + Long.toHexString(iova);
    }
}
