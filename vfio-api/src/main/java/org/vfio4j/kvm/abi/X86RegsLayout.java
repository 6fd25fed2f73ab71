// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_regs} of x86. */
@Uapi(header = "linux/kvm.h", struct = "kvm_regs", architecture = "amd64")
public final class X86RegsLayout {
    /** Bytes. */
    public static final int SIZE = 144;

    /** u64. */
    public static final int RAX = 0;

    /** u64. */
    public static final int RBX = 8;

    /** u64. */
    public static final int RCX = 16;

    /** u64. */
    public static final int RDX = 24;

    /** u64. */
    public static final int RSI = 32;

    /** u64. */
    public static final int RDI = 40;

    /** u64. */
    public static final int RSP = 48;

    /** u64. */
    public static final int RBP = 56;

    /** u64. */
    public static final int R8 = 64;

    /** u64. */
    public static final int R9 = 72;

    /** u64. */
    public static final int R10 = 80;

    /** u64. */
    public static final int R11 = 88;

    /** u64. */
    public static final int R12 = 96;

    /** u64. */
    public static final int R13 = 104;

    /** u64. */
    public static final int R14 = 112;

    /** u64. */
    public static final int R15 = 120;

    /** u64. */
    public static final int RIP = 128;

    /** u64. */
    public static final int RFLAGS = 136;

    private X86RegsLayout() {}
}
