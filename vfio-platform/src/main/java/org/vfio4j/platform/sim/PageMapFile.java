// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** {@code /proc/self/pagemap}, opened (pagemap_read of fs/proc/task_mmu.c): 64 bits for each page of the process. */
final class PageMapFile extends OpenFile {
    private static final long PRESENT = 1L << 63;
    private static final long SHARED = 1L << 61;
    private static final long EXCLUSIVE = 1L << 56;
    private static final int ENTRY = Long.BYTES;

    private final Kernel kernel;
    /** Whether who opened it had CAP_SYS_ADMIN: to others the numbers of frames are zero. */
    private final boolean showsFrames;

    private long position;

    PageMapFile(Kernel kernel) {
        this.kernel = kernel;
        this.showsFrames = kernel.process().has(Capability.CAP_SYS_ADMIN);
    }

    @Override
    String description() {
        return "/proc/self/pagemap";
    }

    @Override
    OpenFile reopen(Kernel ofKernel) {
        return new PageMapFile(ofKernel);
    }

    @Override
    int read(UserBuffer buffer) {
        int count = pread(buffer, position);
        position += count;
        return count;
    }

    @Override
    int pread(UserBuffer buffer, long offset) {
        KernelError.requireValid(offset % ENTRY == 0 && buffer.length() % ENTRY == 0);
        int pageSize = kernel.config().pageSize();
        long pages = VirtualMemory.USER_END / pageSize;
        int count = (int) Math.min(buffer.length() / ENTRY, Math.max(0, pages - offset / ENTRY));
        for (int i = 0; i < count; i++) {
            buffer.putLong(i * ENTRY, entry((offset / ENTRY + i) * pageSize));
        }
        return count * ENTRY;
    }

    /** Registers of a device are no memory, and have no entry (walk_page_test of mm/pagewalk.c). */
    private long entry(long address) {
        VirtualMapping mapping = kernel.memory().containing(address);
        if (mapping == null || mapping.pages() == null) {
            return 0;
        }
        long frame = mapping.pages().frameOf(mapping.offsetInPages(address));
        if (frame == 0) {
            return 0;
        }
        return PRESENT | EXCLUSIVE | (mapping.pages().isShared() ? SHARED : 0) | (showsFrames ? frame : 0);
    }
}
