// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.kvm.abi.ArmVgicFlags;

/**
 * Which vCPU of arm64, as {@code MPIDR_EL1} says it.
 *
 * @param aff3 0 to 255
 * @param aff2 0 to 255
 * @param aff1 0 to 255
 * @param aff0 0 to 255
 */
public record Affinity(int aff3, int aff2, int aff1, int aff0) {
    /**
     * Makes an affinity.
     *
     * @param aff3 see above
     * @param aff2 see above
     * @param aff1 see above
     * @param aff0 see above
     * @throws IllegalArgumentException if one is not from 0 to 255
     */
    public Affinity {
        if (((aff3 | aff2 | aff1 | aff0) & ~0xff) != 0) {
            throw new IllegalArgumentException(
                    "expected levels of 0 to 255, got " + aff3 + "." + aff2 + "." + aff1 + "." + aff0);
        }
    }

    /**
     * The affinity that KVM gives a vCPU: 16 in each group of level 0 (reset_mpidr of {@code
     * arch/arm64/kvm/sys_regs.c}).
     *
     * @param id the vCPU's id, from 0
     * @return the affinity
     */
    public static Affinity ofVcpu(int id) {
        if (id < 0) {
            throw new IllegalArgumentException("expected the id of a vCPU, 0 or more, got " + id);
        }
        return new Affinity(0, id >> 12 & 0xff, id >> 4 & 0xff, id & 0xf);
    }

    /** {@return bits 63 to 32 of an attribute of a GICv3; this is not the layout of {@code MPIDR_EL1}} */
    public long toAttributeBits() {
        long word = (long) aff3 << 24 | aff2 << 16 | aff1 << 8 | aff0;
        return word << ArmVgicFlags.KVM_DEV_ARM_VGIC_V3_MPIDR_SHIFT;
    }

    /** {@return the bits of {@code MPIDR_EL1}: level 3 from bit 32, the others from bits 16, 8 and 0} */
    public long toMpidr() {
        return (long) aff3 << 32 | aff2 << 16 | aff1 << 8 | aff0;
    }

    /** {@return such as {@code 0.0.1.15}} */
    @Override
    public String toString() {
        return aff3 + "." + aff2 + "." + aff1 + "." + aff0;
    }
}
