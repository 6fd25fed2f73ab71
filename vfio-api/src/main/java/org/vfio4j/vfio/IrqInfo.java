// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_INFO_AUTOMASKED;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_INFO_EVENTFD;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_INFO_MASKABLE;

/**
 * An IRQ of a device, as {@code VFIO_DEVICE_GET_IRQ_INFO} answers it.
 *
 * @param index which IRQ index
 * @param flags {@code VFIO_IRQ_INFO_} of {@code linux/vfio.h}
 * @param count the IRQs in the index; 1 for platform devices
 */
public record IrqInfo(int index, int flags, int count) {
    /** {@return whether it can be signalled by an eventfd} */
    public boolean isEventfd() {
        return (flags & VFIO_IRQ_INFO_EVENTFD) != 0;
    }

    /** {@return whether it can be masked} */
    public boolean isMaskable() {
        return (flags & VFIO_IRQ_INFO_MASKABLE) != 0;
    }

    /** {@return whether it masks itself when it fires, as a level-triggered one of a platform device does} */
    public boolean isAutomasked() {
        return (flags & VFIO_IRQ_INFO_AUTOMASKED) != 0;
    }
}
