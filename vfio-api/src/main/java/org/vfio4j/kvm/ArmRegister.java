// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/**
 * The ids of the core registers of arm64, for {@link Vcpu#getOneReg}; all of 64 bits.
 *
 * <p>Source: {@code struct kvm_regs}, {@code KVM_REG_ARM_CORE_REG} in {@code asm/kvm.h} of arm64.
 */
public final class ArmRegister {
    private static final long CORE = 0x6030_0000_0010_0000L;

    /** A register's place is counted in words of 32 bits. */
    private static final int WORDS = 2;

    private static final int LAST_X = 30;

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
}
