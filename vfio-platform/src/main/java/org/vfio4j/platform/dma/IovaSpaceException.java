// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.io.IOException;

/** No run of free IOVAs is long enough, aligned as wanted and within the bits of address of the device. */
public final class IovaSpaceException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long length;

    IovaSpaceException(long length, long alignment, long last, String ranges) {
        super(
                "no free run of 0x" + Long.toHexString(length) + " IOVAs at a multiple of 0x"
                        + Long.toHexString(alignment) + " up to 0x" + Long.toHexString(last) + " in " + ranges
                        + ". Remedy: close buffers that are not needed any more, or ask for less alignment or more address bits.");
        this.length = length;
    }

    /** {@return how many IOVAs were wanted, in bytes} */
    public long length() {
        return length;
    }
}
