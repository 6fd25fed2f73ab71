// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_segment} of x86. */
@Uapi(header = "linux/kvm.h", struct = "kvm_segment", architecture = "amd64")
public final class X86SegmentLayout {
    /** Bytes. */
    public static final int SIZE = 24;

    /** u64. */
    public static final int BASE = 0;

    /** u32. */
    public static final int LIMIT = 8;

    /** u16. */
    public static final int SELECTOR = 12;

    /** u8. */
    public static final int TYPE = 14;

    /** u8. */
    public static final int PRESENT = 15;

    /** u8. */
    public static final int DPL = 16;

    /** u8. */
    public static final int DB = 17;

    /** u8. */
    public static final int S = 18;

    /** u8. */
    public static final int L = 19;

    /** u8. */
    public static final int G = 20;

    /** u8. */
    public static final int AVL = 21;

    /** u8. */
    public static final int UNUSABLE = 22;

    private X86SegmentLayout() {}
}
