// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The member {@code internal} of {@code struct kvm_run}, for {@link KvmFlags#KVM_EXIT_INTERNAL_ERROR}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_run", within = "internal")
public final class RunInternalLayout {
    /** u32: {@code KVM_INTERNAL_ERROR_}. */
    public static final int SUBERROR = 32;

    /** u32: how many of the data are valid. */
    public static final int NDATA = 36;

    /** u64 sixteen times: of the error. */
    public static final int DATA = 40;

    private RunInternalLayout() {}
}
