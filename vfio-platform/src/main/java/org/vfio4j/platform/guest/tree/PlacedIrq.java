// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

/**
 * Where a guest sees an interrupt.
 *
 * @param index VFIO index of the interrupt
 * @param spi number of the shared peripheral interrupt, 0 for the first: the middle cell of a GIC's specifier, and the
 *     GSI of KVM on arm64
 * @param isLevel true for level-high, false for a rising edge, the two kinds of SPI that a GIC has
 */
public record PlacedIrq(int index, int spi, boolean isLevel) {
    /** INTID of the first shared peripheral interrupt (GIC architecture, IHI 0069, 2.2). */
    private static final int FIRST_SPI_INTID = 32;

    /** {@return the interrupt's number at the GIC, as the registers of the GIC and {@code /proc/interrupts} count} */
    public int intId() {
        return FIRST_SPI_INTID + spi;
    }
}
