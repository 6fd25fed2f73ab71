// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** A run of adjacent physical pages: single pages until one is mapped, then one buffer, so that mappings share it. */
final class PhysicalExtent {
    private final long firstPage;
    private final long lastPage;
    private final int pageSize;
    private final Map<Long, byte[]> pages = new HashMap<>();
    private ByteBuffer whole;

    PhysicalExtent(long firstPage, long lastPage, int pageSize) {
        this.firstPage = firstPage;
        this.lastPage = lastPage;
        this.pageSize = pageSize;
    }

    long lastPage() {
        return lastPage;
    }

    byte getByte(long address) {
        long offset = address - firstPage * pageSize;
        if (whole != null) {
            return whole.get((int) offset);
        }
        byte[] page = pages.get(offset / pageSize);
        return page == null ? 0 : page[(int) (offset % pageSize)];
    }

    void putByte(long address, byte value) {
        long offset = address - firstPage * pageSize;
        if (whole != null) {
            whole.put((int) offset, value);
        } else {
            pages.computeIfAbsent(offset / pageSize, n -> new byte[pageSize])[(int) (offset % pageSize)] = value;
        }
    }

    ByteBuffer bytes(long address, long length) {
        if (whole == null) {
            ByteBuffer memory = DirectMemory.allocate((lastPage - firstPage + 1) * pageSize);
            pages.forEach((number, page) -> memory.put((int) (number * pageSize), page));
            pages.clear();
            whole = memory;
        }
        return whole.slice((int) (address - firstPage * pageSize), (int) length);
    }
}
