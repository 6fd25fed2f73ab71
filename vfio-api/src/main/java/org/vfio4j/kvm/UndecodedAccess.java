// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/**
 * An access of an arm64 guest where there is no memory, by an instruction that the processor does not decode for the
 * kernel: of two registers, with writeback, of vectors. The instruction is at the guest's program counter; whoever
 * emulates it sets the registers and the program counter.
 *
 * @param syndrome {@code ESR_EL2.ISS} of the access
 * @param address guest physical address, without the lowest 12 bits if the processor does not say
 */
public record UndecodedAccess(long syndrome, long address) {
    private static final long WRITE = 1 << 6;

    /** {@return whether the guest writes} */
    public boolean isWrite() {
        return (syndrome & WRITE) != 0;
    }
}
