// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.util.Objects;
import org.vfio4j.platform.dma.DmaMemory;

/** Memory that an IOMMU maps. */
record MappedMemory(DmaMemory memory) implements TableMemory {
    MappedMemory {
        Objects.requireNonNull(memory, "memory");
    }

    @Override
    public long address() {
        return memory.iova();
    }

    @Override
    public long size() {
        return memory.size();
    }

    @Override
    public boolean isMapped() {
        return !memory.isClosed();
    }

    @Override
    public void read(long offset, byte[] into) {
        memory.get(offset, into);
    }

    @Override
    public void write(long offset, byte[] from) {
        memory.put(offset, from);
    }
}
