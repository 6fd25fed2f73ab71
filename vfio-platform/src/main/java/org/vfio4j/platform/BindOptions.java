// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.Objects;
import java.util.Optional;

/**
 * How a device is bound to VFIO.
 *
 * @param driver the VFIO driver; empty for the usual one of the device's bus, {@code vfio-platform} or {@code vfio-amba}
 * @param evenIfNeeded take the device from its driver even if others need it, see {@link PlatformBus#dependents}
 */
public record BindOptions(Optional<String> driver, boolean evenIfNeeded) {
    /** The usual driver, and only if nobody needs the device. */
    public static final BindOptions USUAL = new BindOptions(Optional.empty(), false);

    /**
     * Makes options.
     *
     * @param driver see above
     * @param evenIfNeeded see above
     */
    public BindOptions {
        Objects.requireNonNull(driver, "driver");
    }

    /**
     * The same with a driver.
     *
     * @param name the driver, such as {@code vfio-devtree}
     * @return the options
     */
    public BindOptions to(String name) {
        return new BindOptions(Optional.of(name), evenIfNeeded);
    }

    /** {@return the same for a device that others need} */
    public BindOptions evenIfOthersNeedIt() {
        return new BindOptions(driver, true);
    }
}
