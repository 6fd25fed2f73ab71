// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.EnumSet;
import java.util.Set;
import org.vfio4j.vfio.abi.VfioFlags;

/** The {@code VFIO_IRQ_INFO_} bits of {@code linux/vfio.h}. */
public enum IrqFlag {
    /** The interrupt can be signalled by an eventfd. */
    EVENTFD(VfioFlags.VFIO_IRQ_INFO_EVENTFD),
    /** The interrupt can be masked. */
    MASKABLE(VfioFlags.VFIO_IRQ_INFO_MASKABLE),
    /** The interrupt masks itself when it fires: it is level-triggered. */
    AUTOMASKED(VfioFlags.VFIO_IRQ_INFO_AUTOMASKED),
    /** The vectors of the index are enabled all at once. */
    NORESIZE(VfioFlags.VFIO_IRQ_INFO_NORESIZE);

    private final int bit;

    IrqFlag(int bit) {
        this.bit = bit;
    }

    static Set<IrqFlag> of(int flags) {
        Set<IrqFlag> set = EnumSet.allOf(IrqFlag.class);
        set.removeIf(flag -> (flags & flag.bit) == 0);
        return set;
    }
}
