// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_run}, the memory that a vCPU shares with the kernel. */
@Uapi(header = "linux/kvm.h", struct = "kvm_run")
public final class RunLayout {
    /** u8: in, 1 to return at once, with EINTR. */
    public static final int IMMEDIATE_EXIT = 1;

    /** u32: out, {@code KVM_EXIT_}. */
    public static final int EXIT_REASON = 8;

    private RunLayout() {}
}
