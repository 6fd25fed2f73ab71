// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

/**
 * A part of DMA memory that is one run of addresses for the device, as an entry of a scatter-gather list.
 *
 * @param offset where it begins in the memory, in bytes
 * @param iova the address of its first byte for the device, unsigned
 * @param length bytes, 1 or more
 */
public record DmaSegment(long offset, long iova, long length) {
    @Override
    public String toString() {
        return "0x" + Long.toHexString(length) + " bytes from offset 0x" + Long.toHexString(offset) + " at IOVA 0x"
                + Long.toHexString(iova);
    }
}
