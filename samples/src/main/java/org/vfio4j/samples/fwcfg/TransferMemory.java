// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.io.IOException;
import java.nio.ByteOrder;
import org.vfio4j.platform.dma.Dma;
import org.vfio4j.platform.dma.DmaMemory;
import org.vfio4j.platform.dma.DmaRequest;

/**
 * Memory that a fw_cfg device transfers to and from: one run of addresses for the device. Its first 16 bytes are for the
 * request, the others for the data, so that a transfer moves {@code size() - 16} bytes at most. One driver uses it at a
 * time.
 */
public interface TransferMemory {
    /** {@return how many bytes it has, more than 16} */
    int size();

    /** {@return the address of its first byte for the device, unsigned} */
    long address();

    /**
     * Reads a big-endian number that the device may just write. What is read after it is not older.
     *
     * @param offset where, a multiple of 4
     * @return the number
     */
    int getInt(int offset);

    /**
     * Writes a big-endian number.
     *
     * @param offset where, a multiple of 4
     * @param value the number
     */
    void putInt(int offset, int value);

    /**
     * Copies bytes out.
     *
     * @param offset where they begin
     * @param to receives them
     * @param start the first element
     * @param length how many
     */
    void get(int offset, byte[] to, int start, int length);

    /**
     * Copies bytes in.
     *
     * @param offset where they begin
     * @param from has them
     * @param start the first element
     * @param length how many
     */
    void put(int offset, byte[] from, int start, int length);

    /**
     * Memory of a device's DMA, so that {@code length} bytes go in one transfer. It stays mapped until the device is
     * closed.
     *
     * <p>QEMU's fw_cfg device takes guest-physical addresses, also on a machine with a simulated IOMMU. So open it with
     * {@link org.vfio4j.platform.dma.DmaStack#NOIOMMU}, and read there what that means. More than a page less 16 bytes
     * needs a huge page then.
     *
     * @param dma the device's DMA
     * @param length bytes that one transfer moves at most, 1 or more
     * @return the memory
     * @throws IOException if it cannot be allocated or mapped
     */
    static TransferMemory of(Dma dma, int length) throws IOException {
        long size = (long) DmaChannel.REQUEST_SIZE + length;
        return of(dma.allocate(DmaRequest.of(size).order(ByteOrder.BIG_ENDIAN).contiguously()));
    }

    /**
     * Memory that was mapped before.
     *
     * @param memory the memory, with big-endian numbers; it stays its owner's
     * @return the same, for a fw_cfg device
     * @throws IllegalArgumentException if its numbers are little-endian
     */
    static TransferMemory of(DmaMemory memory) {
        return new MappedTransferMemory(memory);
    }
}
