// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;

/** What is to be done after a reset of a device: a driver sets up again what the device has forgotten. */
@FunctionalInterface
public interface ResetListener {
    /**
     * The device was reset.
     *
     * @throws IOException if what has to be done fails
     */
    void deviceWasReset() throws IOException;
}
