// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import org.vfio4j.samples.virtio.VirtioException;

/** The disk refused a request or failed at it. The device is usable as before. */
public final class BlockRequestException extends VirtioException {
    private static final long serialVersionUID = 1;

    private final int status;

    private BlockRequestException(String message, int status) {
        super(message);
        this.status = status;
    }

    static BlockRequestException of(String device, BlockRequest request, int status) {
        String what = status == RequestSlot.UNSUPPORTED ? "the disk does not support " : "error of the disk at ";
        return new BlockRequestException(device + ": " + what + request, status);
    }

    /** {@return the status of section 5.2.6: 1 for an error of the disk, 2 if it does not know the operation} */
    public int status() {
        return status;
    }
}
