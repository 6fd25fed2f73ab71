// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;

/** The memory that the process has locked for DMA, in all its containers: mm->locked_vm against RLIMIT_MEMLOCK. */
final class LockedMemory {
    private final long limit;
    private long locked;

    LockedMemory(long limit) {
        this.limit = limit;
    }

    void lock(long bytes) {
        KernelError.require(bytes <= limit - locked, Errno.ENOMEM);
        locked += bytes;
    }

    void unlock(long bytes) {
        locked -= bytes;
    }
}
