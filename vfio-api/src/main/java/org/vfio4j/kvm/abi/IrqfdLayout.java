// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_irqfd}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_irqfd")
public final class IrqfdLayout {
    /** Bytes. */
    public static final int SIZE = 32;

    /** u32: the eventfd. */
    public static final int FD = 0;

    /** u32: which line. */
    public static final int GSI = 4;

    /** u32: {@code KVM_IRQFD_FLAG_}. */
    public static final int FLAGS = 8;

    /** u32: the eventfd that is signalled at the end of the interrupt. */
    public static final int RESAMPLEFD = 12;

    private IrqfdLayout() {}
}
