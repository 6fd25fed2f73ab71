// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.util.Objects;
import org.vfio4j.vfio.IrqInfo;

/**
 * Which interrupt of the guest an IRQ of an assigned device is.
 *
 * @param irq what VFIO says of the IRQ; a level-triggered one is automasked
 * @param gsi number of KVM's interrupt line: on arm64 n is SPI n, interrupt id n + 32; on x86 a pin of the interrupt
 *     controllers. The guest has to use it with the trigger type of the IRQ
 */
public record GuestIrq(IrqInfo irq, int gsi) {
    /** Checks them. */
    public GuestIrq {
        Objects.requireNonNull(irq, "irq");
        if (gsi < 0) {
            throw new IllegalArgumentException("a GSI is 0 or more, not " + gsi);
        }
    }
}
