// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_ioeventfd}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_ioeventfd")
public final class IoeventfdLayout {
    /** Bytes. */
    public static final int SIZE = 64;

    /** u64: the value. */
    public static final int DATAMATCH = 0;

    /** u64: guest address or port. */
    public static final int ADDR = 8;

    /** u32: 1, 2, 4, 8, or 0 for any. */
    public static final int LEN = 16;

    /** s32: the eventfd. */
    public static final int FD = 20;

    /** u32: {@code KVM_IOEVENTFD_FLAG_}. */
    public static final int FLAGS = 24;

    private IoeventfdLayout() {}
}
