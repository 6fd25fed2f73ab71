// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_dtable} of x86. */
@Uapi(header = "linux/kvm.h", struct = "kvm_dtable", architecture = "amd64")
public final class X86DtableLayout {
    /** Bytes. */
    public static final int SIZE = 16;

    /** u64. */
    public static final int BASE = 0;

    /** u16. */
    public static final int LIMIT = 8;

    private X86DtableLayout() {}
}
