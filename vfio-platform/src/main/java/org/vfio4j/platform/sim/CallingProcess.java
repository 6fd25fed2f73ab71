// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;

/** What the kernel knows about the one process that uses it: who it is, and the memory that it has locked for DMA. */
final class CallingProcess {
    private final int pageSize;
    /** The user whose files in /proc/self are. */
    private final int owner;

    private Credentials credentials;
    private long lockedMemoryLimit;
    private long lockedPages;
    private long lockedPagesOfUser;

    CallingProcess(Credentials credentials, long lockedMemoryLimit, int pageSize) {
        this.owner = credentials.userId();
        this.credentials = credentials;
        this.lockedMemoryLimit = lockedMemoryLimit;
        this.pageSize = pageSize;
    }

    Credentials credentials() {
        return credentials;
    }

    void setCredentials(Credentials value) {
        credentials = value;
    }

    /** Whether it may open a file of its own in /proc/self for reading: they are of the user that it began as. */
    boolean mayReadOwnFile() {
        return credentials.userId() == owner || credentials.mayOpen(0, 4);
    }

    /** RLIMIT_MEMLOCK in bytes; Long.MAX_VALUE for none. */
    long lockedMemoryLimit() {
        return lockedMemoryLimit;
    }

    void setLockedMemoryLimit(long bytes) {
        lockedMemoryLimit = bytes;
    }

    boolean has(Capability capability) {
        return credentials.has(capability);
    }

    void require(Capability capability) {
        KernelError.require(has(capability), Errno.EPERM);
    }

    /** __account_locked_vm of mm/util.c: memory in all containers counts, and who may pass the limit still adds to it. */
    void lock(long bytes) {
        long pages = bytes / pageSize;
        KernelError.require(
                has(Capability.CAP_IPC_LOCK) || pages <= lockedMemoryLimit / pageSize - lockedPages, Errno.ENOMEM);
        lockedPages += pages;
    }

    /** can_do_mlock of mm/mlock.c and mlock_future_ok of mm/mmap.c: EPERM without any limit, EAGAIN beyond it. */
    void requireLockable(long bytes) {
        if (!has(Capability.CAP_IPC_LOCK)) {
            KernelError.require(lockedMemoryLimit != 0, Errno.EPERM);
            KernelError.require(bytes / pageSize <= lockedMemoryLimit / pageSize - lockedPages, Errno.EAGAIN);
        }
    }

    void unlock(long bytes) {
        lockedPages -= bytes / pageSize;
    }

    /** do_update_pinned of drivers/iommu/iommufd/pages.c: what is counted is limited, whoever it is. */
    void pin(PinAccount account, long pages) {
        long limit = lockedMemoryLimit / pageSize;
        switch (account) {
            case NONE -> {}
            case USER -> {
                KernelError.require(pages <= limit - lockedPagesOfUser, Errno.ENOMEM);
                lockedPagesOfUser += pages;
            }
            case PROCESS -> {
                KernelError.require(pages <= limit - lockedPages, Errno.ENOMEM);
                lockedPages += pages;
            }
        }
    }

    void unpin(PinAccount account, long pages) {
        switch (account) {
            case NONE -> {}
            case USER -> lockedPagesOfUser -= pages;
            case PROCESS -> lockedPages -= pages;
        }
    }
}
