// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import org.vfio4j.platform.dma.DmaMemory;

/** A piece of memory for tables that devices and guests reach at an address. */
public interface TableMemory {
    /** {@return the address of its first byte for whoever follows the pointers: an IOVA, or a physical address} */
    long address();

    /** {@return bytes} */
    long size();

    /** {@return whether the memory is still at that address} */
    boolean isMapped();

    /**
     * Copies bytes out.
     *
     * @param offset where they begin
     * @param into receives as many as it has room for
     */
    void read(long offset, byte[] into);

    /**
     * Copies bytes in.
     *
     * @param offset where they begin
     * @param from the bytes
     */
    void write(long offset, byte[] from);

    /**
     * Memory that an IOMMU maps.
     *
     * @param memory the memory, as from {@link org.vfio4j.platform.dma.Dma#allocate}; it stays its owner's
     * @return the same memory, at its IOVA, until it is closed
     */
    static TableMemory of(DmaMemory memory) {
        return new MappedMemory(memory);
    }
}
