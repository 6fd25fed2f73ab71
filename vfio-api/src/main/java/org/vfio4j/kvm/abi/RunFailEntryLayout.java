// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The member {@code fail_entry} of {@code struct kvm_run}, for {@link KvmFlags#KVM_EXIT_FAIL_ENTRY}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_run", within = "fail_entry")
public final class RunFailEntryLayout {
    /** u64: of the processor. */
    public static final int HARDWARE_ENTRY_FAILURE_REASON = 32;

    /** u32: on which it was. */
    public static final int CPU = 40;

    private RunFailEntryLayout() {}
}
