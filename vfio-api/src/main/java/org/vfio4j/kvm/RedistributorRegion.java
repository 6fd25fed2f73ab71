// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/**
 * Some of a GICv3's redistributors, one after the other; 128 KiB each. The word that goes to KVM has count in bits 63 to
 * 52, base in 51 to 16 and index in 11 to 0, and 0 in the others.
 *
 * @param index which region, counted from 0. Linux keeps 8 of the 12 bits and drops the others without a word
 *     (kvm_vgic_addr of {@code arch/arm64/kvm/vgic/vgic-kvm-device.c}), so at most 255
 * @param base guest physical address, a multiple of 64 KiB below 2^52
 * @param count how many redistributors, 1 to 4095
 */
public record RedistributorRegion(int index, long base, int count) {
    private static final int COUNT_SHIFT = 52;
    private static final int LARGEST_INDEX = 0xff;
    private static final int LARGEST_COUNT = 0xfff;
    private static final long BASE_MASK = 0x000f_ffff_ffff_0000L;
    private static final int INDEX_MASK = 0xfff;

    /**
     * Makes a region.
     *
     * @param index see above
     * @param base see above
     * @param count see above
     * @throws IllegalArgumentException if one is out of its range
     */
    public RedistributorRegion {
        if (index < 0 || index > LARGEST_INDEX) {
            throw new IllegalArgumentException("expected the index of a region, 0 to 255, got " + index);
        }
        if ((base & ~BASE_MASK) != 0) {
            throw new IllegalArgumentException(
                    "expected a base that is a multiple of 64 KiB below 2^52, got 0x" + Long.toHexString(base));
        }
        if (count < 1 || count > LARGEST_COUNT) {
            throw new IllegalArgumentException("expected 1 to 4095 redistributors, got " + count);
        }
    }

    /** {@return the word that goes to KVM} */
    public long toWord() {
        return (long) count << COUNT_SHIFT | base | index;
    }

    /**
     * The region of a word of KVM's.
     *
     * @param word the word
     * @return the region
     * @throws IllegalArgumentException if the word is not one of a region
     */
    public static RedistributorRegion ofWord(long word) {
        if ((word & ~(BASE_MASK | INDEX_MASK | (long) LARGEST_COUNT << COUNT_SHIFT)) != 0) {
            throw new IllegalArgumentException("expected no flags in bits 15 to 12, got 0x" + Long.toHexString(word));
        }
        return new RedistributorRegion((int) word & INDEX_MASK, word & BASE_MASK, (int) (word >>> COUNT_SHIFT));
    }
}
