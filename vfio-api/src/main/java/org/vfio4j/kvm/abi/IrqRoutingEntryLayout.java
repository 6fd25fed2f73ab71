// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_irq_routing_entry}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_irq_routing_entry")
public final class IrqRoutingEntryLayout {
    /** Bytes. */
    public static final int SIZE = 48;

    /** u32: which line. */
    public static final int GSI = 0;

    /** u32: what the union holds. */
    public static final int TYPE = 4;

    /** u32: of the type. */
    public static final int FLAGS = 8;

    /** The union. */
    public static final int U = 16;

    private IrqRoutingEntryLayout() {}
}
