// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The member {@code system_event} of {@code struct kvm_run}, for {@link KvmFlags#KVM_EXIT_SYSTEM_EVENT}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_run", within = "system_event")
public final class RunSystemEventLayout {
    /** u32: {@code KVM_SYSTEM_EVENT_}. */
    public static final int TYPE = 32;

    /** u32: how many of the data are valid. */
    public static final int NDATA = 36;

    /** u64 sixteen times: of the architecture. Without {@code ndata}, before Linux 5.19, the first is {@code flags}. */
    public static final int DATA = 40;

    private RunSystemEventLayout() {}
}
