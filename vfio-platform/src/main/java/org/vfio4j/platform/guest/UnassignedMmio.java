// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Guest addresses where nothing is: reads are zeros and writes are dropped, and both are counted. So QEMU answers for
 * them ({@code unassigned_mem_read} and {@code unassigned_mem_write} of {@code system/memory.c}). All ones, which a PC's
 * buses float to, would be a value with every status bit set; a platform device's driver has no use for that.
 */
public final class UnassignedMmio {
    private final UnassignedListener listener;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();

    UnassignedMmio(UnassignedListener listener) {
        this.listener = listener;
    }

    /**
     * How often the guest read there. An access counts once for each run of bytes in it that leads nowhere.
     *
     * @return the number of reads since the beginning
     */
    public long reads() {
        return reads.get();
    }

    /**
     * How often the guest wrote there, see {@link #reads}.
     *
     * @return the number of writes that were dropped since the beginning
     */
    public long writes() {
        return writes.get();
    }

    long read(long guestAddress, int width) {
        reads.getAndIncrement();
        listener.accessed(guestAddress, width, false, 0);
        return 0;
    }

    void write(long guestAddress, int width, long value) {
        writes.getAndIncrement();
        listener.accessed(guestAddress, width, true, value);
    }

    @Override
    public String toString() {
        return "unassigned: " + reads + " reads, " + writes + " writes";
    }
}
