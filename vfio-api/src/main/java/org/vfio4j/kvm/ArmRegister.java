// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/**
 * The ids of the core registers of arm64, for {@link Vcpu#getOneReg}; those without a size are of 64 bits.
 *
 * <p>Source: {@code struct kvm_regs}, {@code KVM_REG_ARM_CORE_REG} in {@code asm/kvm.h} of arm64.
 */
public final class ArmRegister {
    private static final long CORE = 0x6030_0000_0010_0000L;

    /** A register's place is counted in words of 32 bits. */
    private static final int WORDS = 2;

    private static final int LAST_X = 30;

    private static final long CORE_32 = 0x6020_0000_0010_0000L;
    private static final long CORE_128 = 0x6040_0000_0010_0000L;
    private static final int FIRST_V = 84;
    private static final int VECTORS = 32;
    private static final int WORDS_OF_V = 4;

    /** The stack pointer of EL0. */
    public static final long SP_EL0 = CORE | 31 * WORDS;

    /** The program counter. */
    public static final long PC = CORE | 32 * WORDS;

    /** The processor state. */
    public static final long PSTATE = CORE | 33 * WORDS;

    /** The stack pointer of EL1. */
    public static final long SP_EL1 = CORE | 34 * WORDS;

    /** Where EL1 returns to from an exception. */
    public static final long ELR_EL1 = CORE | 35 * WORDS;

    /** The status of floating point, 32 bits. */
    public static final long FPSR = CORE_32 | FIRST_V + VECTORS * WORDS_OF_V;

    /** The control of floating point, 32 bits. */
    public static final long FPCR = CORE_32 | FIRST_V + VECTORS * WORDS_OF_V + 1;

    private ArmRegister() {}

    /**
     * A general register.
     *
     * @param number 0 to 30
     * @return the id of X0 to X30
     * @throws IllegalArgumentException if there is no such register
     */
    public static long x(int number) {
        if (number < 0 || number > LAST_X) {
            throw new IllegalArgumentException("a general register is 0 to " + LAST_X + ", not " + number);
        }
        return CORE | number * WORDS;
    }

    /**
     * A vector register, for {@link Vcpu#getLargeReg}; 128 bits. A vCPU with {@link ArmFeature#SVE} has others instead.
     *
     * @param number 0 to 31
     * @return the id of V0 to V31
     * @throws IllegalArgumentException if there is no such register
     */
    public static long v(int number) {
        if (number < 0 || number >= VECTORS) {
            throw new IllegalArgumentException("a vector register is 0 to " + (VECTORS - 1) + ", not " + number);
        }
        return CORE_128 | FIRST_V + number * WORDS_OF_V;
    }
}
