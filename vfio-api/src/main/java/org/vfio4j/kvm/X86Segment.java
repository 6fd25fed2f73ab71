// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/**
 * A segment of x86, as {@code struct kvm_segment} and the processor's descriptors have it.
 *
 * @param base the first address
 * @param limit the last offset, unsigned
 * @param selector 16 bits
 * @param type 4 bits
 * @param privilege 0 to 3
 * @param isPresent whether it is there
 * @param is32Bit whether its operands are of 32 bits
 * @param isCodeOrData whether it is of code or data, not of the system
 * @param is64Bit whether its code is of 64 bits
 * @param isLimitInPages whether its limit was given in pages
 * @param isAvailable the bit that is for software
 * @param isUnusable whether it cannot be used
 */
public record X86Segment(
        long base,
        int limit,
        int selector,
        int type,
        int privilege,
        boolean isPresent,
        boolean is32Bit,
        boolean isCodeOrData,
        boolean is64Bit,
        boolean isLimitInPages,
        boolean isAvailable,
        boolean isUnusable) {
    /**
     * The same with another base and selector, as real mode has it: the selector is a sixteenth of the base.
     *
     * @param newBase the first address, a multiple of 16, below 1 MiB
     * @return the segment
     * @throws IllegalArgumentException if real mode has no such segment
     */
    public X86Segment inRealMode(long newBase) {
        if (newBase < 0 || newBase > 0xffff0 || newBase % 16 != 0) {
            throw new IllegalArgumentException(
                    "a segment in real mode begins at a multiple of 16 below 1 MiB, not at 0x"
                            + Long.toHexString(newBase));
        }
        return new X86Segment(
                newBase,
                limit,
                (int) (newBase / 16),
                type,
                privilege,
                isPresent,
                is32Bit,
                isCodeOrData,
                is64Bit,
                isLimitInPages,
                isAvailable,
                isUnusable);
    }
}
