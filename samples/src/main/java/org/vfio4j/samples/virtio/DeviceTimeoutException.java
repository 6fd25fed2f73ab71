// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import java.time.Duration;

/**
 * A device did not answer in time. It is reset and not used any more: there is no other way to take a request back, whose
 * memory the device might still write (section 2.7.13 has no cancellation).
 */
public final class DeviceTimeoutException extends VirtioException {
    private static final long serialVersionUID = 1;

    /**
     * Says what was waited for.
     *
     * @param device name of the device
     * @param what it did not do
     * @param waited for how long
     */
    public DeviceTimeoutException(String device, String what, Duration waited) {
        super(device + " did not " + what + " within " + waited.toMillis() + " ms");
    }
}
