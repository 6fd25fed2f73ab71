// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

/** What a request asks for: {@code type} of {@code struct virtio_blk_req}, section 5.2.6. */
public enum BlockOperation {
    /** The device reads the disk and writes to memory. */
    READ(0),
    /** The device reads memory and writes to the disk. */
    WRITE(1),
    /** What was written before becomes safe. */
    FLUSH(4);

    private final int type;

    BlockOperation(int type) {
        this.type = type;
    }

    int type() {
        return type;
    }
}
