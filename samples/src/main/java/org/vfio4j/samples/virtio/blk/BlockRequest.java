// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

/** A request that was given to the disk, for {@link VirtioBlk#await}. */
public final class BlockRequest {
    private final BlockOperation operation;
    private final long sector;
    private final int length;
    private final RequestSlot slot;
    private boolean done;
    private BlockRequestException error;

    BlockRequest(BlockOperation operation, long sector, int length, RequestSlot slot) {
        this.operation = operation;
        this.sector = sector;
        this.length = length;
        this.slot = slot;
    }

    /** {@return what was asked for} */
    public BlockOperation operation() {
        return operation;
    }

    /** {@return the first sector} */
    public long sector() {
        return sector;
    }

    /** {@return how many bytes are read or written} */
    public int length() {
        return length;
    }

    /** {@return whether the device is done with it, as far as that was noticed by waiting for one} */
    public boolean isDone() {
        return done;
    }

    RequestSlot slot() {
        return slot;
    }

    /** The device is done with it; the error is null if there is none. */
    void complete(BlockRequestException outcome) {
        done = true;
        error = outcome;
    }

    void requireSuccess() throws BlockRequestException {
        if (error != null) {
            throw error;
        }
    }

    @Override
    public String toString() {
        return operation + " of " + length + " bytes at sector " + Long.toUnsignedString(sector);
    }
}
