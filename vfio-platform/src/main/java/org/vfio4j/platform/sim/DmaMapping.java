// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** One mapping of a type1 container. */
final class DmaMapping {
    final long iova;
    final long size;
    final int flags;
    long vaddr;
    boolean vaddrInvalid;

    DmaMapping(long iova, long size, int flags, long vaddr) {
        this.iova = iova;
        this.size = size;
        this.flags = flags;
        this.vaddr = vaddr;
    }

    long last() {
        return iova + size - 1;
    }
}
