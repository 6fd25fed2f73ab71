// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.util.List;

/** One mapping of a type1 container. */
final class DmaMapping {
    final long iova;
    final long size;
    final int flags;
    /** Bytes that count against RLIMIT_MEMLOCK: registers of a device do not. */
    final long locked;

    /** What is mapped, whatever the process has at the address by now. */
    final List<ByteBuffer> pinned;

    long vaddr;
    boolean vaddrInvalid;

    DmaMapping(long iova, long size, int flags, long vaddr, long locked, List<ByteBuffer> pinned) {
        this.iova = iova;
        this.size = size;
        this.flags = flags;
        this.vaddr = vaddr;
        this.locked = locked;
        this.pinned = pinned;
    }

    long last() {
        return iova + size - 1;
    }
}
