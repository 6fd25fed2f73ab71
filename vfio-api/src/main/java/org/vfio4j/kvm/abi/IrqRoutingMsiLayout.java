// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The member {@code u.msi} of {@code struct kvm_irq_routing_entry}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_irq_routing_entry", within = "u.msi")
public final class IrqRoutingMsiLayout {
    /** u32: the doorbell, low half. */
    public static final int ADDRESS_LO = 16;

    /** u32: high half. */
    public static final int ADDRESS_HI = 20;

    /** u32: what is written. */
    public static final int DATA = 24;

    /** u32: the device's id, if the flags say that it is valid. */
    public static final int DEVID = 28;

    private IrqRoutingMsiLayout() {}
}
