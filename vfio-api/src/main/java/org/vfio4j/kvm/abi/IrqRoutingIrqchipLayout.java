// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The member {@code u.irqchip} of {@code struct kvm_irq_routing_entry}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_irq_routing_entry", within = "u.irqchip")
public final class IrqRoutingIrqchipLayout {
    /** u32: which controller. */
    public static final int IRQCHIP = 16;

    /** u32: which of its lines. */
    public static final int PIN = 20;

    private IrqRoutingIrqchipLayout() {}
}
