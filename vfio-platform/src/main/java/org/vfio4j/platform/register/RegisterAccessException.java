// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.util.Optional;
import org.vfio4j.vfio.VfioException;

/**
 * An access to a register failed: the kernel refused it ({@link #refusal}), or the device did not answer and the CPU took
 * an external abort (SIGBUS).
 *
 * <p>It is unchecked, unlike {@link VfioException}, because a mapped access is a load or store, which nobody expects to
 * fail one by one, and a driver that reads like the data sheet has an access in every line. Both kinds of region share
 * one type, so a trapped access must not force on its callers what a mapped one does not. What the kernel said, with the
 * error number and the remedy, is in it all the same.
 */
public final class RegisterAccessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String region;
    private final long offset;
    private final int width;
    private final boolean write;

    RegisterAccessException(String region, long offset, int width, boolean write, Throwable cause) {
        super(describe(region, offset, width, write) + ": " + reason(cause), cause);
        this.region = region;
        this.offset = offset;
        this.width = width;
        this.write = write;
    }

    /** Such as {@code 32-bit read at 0x18 of 9000000.pl011 region 0}. */
    static String describe(String region, long offset, int width, boolean write) {
        return 8 * width + "-bit " + (write ? "write" : "read") + " at 0x" + Long.toHexString(offset) + " of " + region;
    }

    private static String reason(Throwable cause) {
        return cause instanceof InternalError
                ? "external abort (SIGBUS): the device did not answer. Remedy: check that it has clock and power and is"
                        + " out of reset, and that it has a register there"
                : cause.getMessage();
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

    /** {@return whether it was a write} */
    public boolean isWrite() {
        return write;
    }

    /** {@return what the kernel said; empty if it said nothing, as with an external abort} */
    public Optional<VfioException> refusal() {
        return getCause() instanceof VfioException refused ? Optional.of(refused) : Optional.empty();
    }
}
