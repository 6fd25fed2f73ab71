// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

/**
 * Hears of accesses of a guest to addresses where nothing is. A guest can make them as fast as it traps, so whoever logs
 * them has to limit the rate. It is called by the threads of the vCPUs, at the same time, and must not throw.
 */
@FunctionalInterface
public interface UnassignedListener {
    /** Hears of nothing. */
    UnassignedListener NONE = (guestAddress, width, write, value) -> {};

    /**
     * An access that led nowhere: a read of zeros, or a write that was dropped.
     *
     * @param guestAddress where, unsigned
     * @param width 1 to 8 bytes
     * @param write whether it was a write
     * @param value the bytes of the write, the first in the lowest bits; 0 for a read
     */
    void accessed(long guestAddress, int width, boolean write, long value);
}
