// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

/** The {@code VFIO_IRQ_INFO_} bits of {@code linux/vfio.h}. */
public enum IrqFlag {
    /** The interrupt can be signalled by an eventfd. */
    EVENTFD,
    /** The interrupt can be masked. */
    MASKABLE,
    /** The interrupt masks itself when it fires: it is level-triggered. */
    AUTOMASKED,
    /** The vectors of the index are enabled all at once. */
    NORESIZE
}
