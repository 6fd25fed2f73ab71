// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The member {@code arm_nisv} of {@code struct kvm_run}, for {@link KvmFlags#KVM_EXIT_ARM_NISV}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_run", within = "arm_nisv")
public final class RunArmNisvLayout {
    /** u64: the syndrome of the access. */
    public static final int ESR_ISS = 32;

    /** u64: guest physical address. */
    public static final int FAULT_IPA = 40;

    private RunArmNisvLayout() {}
}
