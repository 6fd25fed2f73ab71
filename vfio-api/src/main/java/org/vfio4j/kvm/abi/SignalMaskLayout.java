// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_signal_mask}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_signal_mask")
public final class SignalMaskLayout {
    /** u32: bytes of the set, 8. */
    public static final int LEN = 0;

    /** The signals that are blocked while the vCPU runs. */
    public static final int SIGSET = 4;

    private SignalMaskLayout() {}
}
