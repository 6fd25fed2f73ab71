// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.vfio4j.platform.dma.DmaMemory;

/** DMA memory of the framework. */
record MappedTransferMemory(DmaMemory memory) implements TransferMemory {
    MappedTransferMemory {
        if (memory.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("expected DMA memory with big-endian numbers, got " + memory);
        }
    }

    @Override
    public int size() {
        return (int) memory.size();
    }

    @Override
    public long address() {
        return memory.iova();
    }

    @Override
    public int getInt(int offset) {
        return memory.get32(offset);
    }

    @Override
    public void putInt(int offset, int value) {
        memory.put32(offset, value);
    }

    @Override
    public void get(int offset, byte[] to, int start, int length) {
        memory.asByteBuffer().get(offset, to, start, length);
        VarHandle.acquireFence();
    }

    @Override
    public void put(int offset, byte[] from, int start, int length) {
        VarHandle.releaseFence();
        memory.asByteBuffer().put(offset, from, start, length);
    }
}
