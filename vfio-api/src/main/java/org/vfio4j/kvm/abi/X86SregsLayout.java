// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_sregs} of x86. */
@Uapi(header = "linux/kvm.h", struct = "kvm_sregs", architecture = "amd64")
public final class X86SregsLayout {
    /** Bytes. */
    public static final int SIZE = 312;

    /** {@link X86SegmentLayout}. */
    public static final int CS = 0;

    /** {@link X86SegmentLayout}. */
    public static final int DS = 24;

    /** {@link X86SegmentLayout}. */
    public static final int ES = 48;

    /** {@link X86SegmentLayout}. */
    public static final int FS = 72;

    /** {@link X86SegmentLayout}. */
    public static final int GS = 96;

    /** {@link X86SegmentLayout}. */
    public static final int SS = 120;

    /** {@link X86SegmentLayout}. */
    public static final int TR = 144;

    /** {@link X86SegmentLayout}. */
    public static final int LDT = 168;

    /** {@link X86DtableLayout}. */
    public static final int GDT = 192;

    /** {@link X86DtableLayout}. */
    public static final int IDT = 208;

    /** u64. */
    public static final int CR0 = 224;

    /** u64. */
    public static final int CR2 = 232;

    /** u64. */
    public static final int CR3 = 240;

    /** u64. */
    public static final int CR4 = 248;

    /** u64. */
    public static final int CR8 = 256;

    /** u64. */
    public static final int EFER = 264;

    /** u64. */
    public static final int APIC_BASE = 272;

    /** u64 four times: the interrupt that is pending. */
    public static final int INTERRUPT_BITMAP = 280;

    private X86SregsLayout() {}
}
