// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

/** What a model reaches by DMA. */
interface GuestMemory {
    /** There is no memory at an address. */
    final class UnmappedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnmappedException(long address) {
            super("no memory at 0x" + Long.toHexString(address));
        }
    }

    /** Fills the array from an address on. */
    void read(long address, byte[] into);

    /** Writes the array from an address on. */
    void write(long address, byte[] from);
}
