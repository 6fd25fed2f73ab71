// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_irq_routing}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_irq_routing")
public final class IrqRoutingLayout {
    /** Bytes, without the entries. */
    public static final int SIZE = 8;

    /** u32: how many entries. */
    public static final int NR = 0;

    /** u32: 0. */
    public static final int FLAGS = 4;

    /** {@link IrqRoutingEntryLayout}, one after the other. */
    public static final int ENTRIES = 8;

    private IrqRoutingLayout() {}
}
