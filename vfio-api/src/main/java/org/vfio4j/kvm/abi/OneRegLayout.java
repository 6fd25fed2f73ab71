// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_one_reg}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_one_reg")
public final class OneRegLayout {
    /** Bytes. */
    public static final int SIZE = 16;

    /** u64: which register. */
    public static final int ID = 0;

    /** u64: address of the value. */
    public static final int ADDR = 8;

    private OneRegLayout() {}
}
