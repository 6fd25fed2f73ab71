// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_enable_cap}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_enable_cap")
public final class EnableCapLayout {
    /** Bytes. */
    public static final int SIZE = 104;

    /** u32: {@code KVM_CAP_}. */
    public static final int CAP = 0;

    /** u32: 0. */
    public static final int FLAGS = 4;

    /** u64 four times: of the capability. */
    public static final int ARGS = 8;

    private EnableCapLayout() {}
}
