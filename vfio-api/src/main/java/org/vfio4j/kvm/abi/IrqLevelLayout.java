// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_irq_level}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_irq_level")
public final class IrqLevelLayout {
    /** Bytes. */
    public static final int SIZE = 8;

    /** u32: which line. */
    public static final int IRQ = 0;

    /** u32: 0 or 1. */
    public static final int LEVEL = 4;

    private IrqLevelLayout() {}
}
