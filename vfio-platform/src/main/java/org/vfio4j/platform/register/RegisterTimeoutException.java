// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.time.Duration;

/** A register did not become what {@link Region#awaitBits} waited for. */
public final class RegisterTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String region;
    private final long offset;
    private final int width;
    private final long mask;
    private final long expected;
    private final long last;

    RegisterTimeoutException(
            String region, long offset, int width, long mask, long expected, long last, Duration timeout) {
        super("bits 0x" + Long.toHexString(mask) + " of the " + 8 * width + "-bit register at 0x"
                + Long.toHexString(offset) + " of " + region + " were not 0x" + Long.toHexString(expected)
                + " within " + timeout + ": the register is 0x" + Long.toHexString(last));
        this.region = region;
        this.offset = offset;
        this.width = width;
        this.mask = mask;
        this.expected = expected;
        this.last = last;
    }

    /** {@return the region, such as {@code 9000000.pl011 region 0}} */
    public String region() {
        return region;
    }

    /** {@return bytes from the start of the region} */
    public long offset() {
        return offset;
    }

    /** {@return 1, 2, 4 or 8 bytes} */
    public int width() {
        return width;
    }

    /** {@return the bits that were waited for} */
    public long mask() {
        return mask;
    }

    /** {@return what they should have become} */
    public long expected() {
        return expected;
    }

    /** {@return the whole register as it was read last, after the deadline} */
    public long last() {
        return last;
    }
}
