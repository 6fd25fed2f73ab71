// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.vfio.abi.VfioFlags.VFIO_DEVICE_FLAGS_AMBA;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_DEVICE_FLAGS_PLATFORM;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_DEVICE_FLAGS_RESET;

/**
 * What a device is, as {@code VFIO_DEVICE_GET_INFO} answers it.
 *
 * @param flags {@code VFIO_DEVICE_FLAGS_} of {@code linux/vfio.h}
 * @param regionCount how many region indexes there are
 * @param irqCount how many IRQ indexes there are
 */
public record DeviceInfo(int flags, int regionCount, int irqCount) {
    /** {@return whether the device can be reset} */
    public boolean canReset() {
        return (flags & VFIO_DEVICE_FLAGS_RESET) != 0;
    }

    /** {@return whether vfio-platform has the device} */
    public boolean isPlatform() {
        return (flags & VFIO_DEVICE_FLAGS_PLATFORM) != 0;
    }

    /** {@return whether vfio-amba has the device} */
    public boolean isAmba() {
        return (flags & VFIO_DEVICE_FLAGS_AMBA) != 0;
    }
}
