// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

/** A device did what the specification forbids. It is reset and not used any more, as nothing that it says is reliable. */
public final class DeviceFaultException extends VirtioException {
    private static final long serialVersionUID = 1;

    /**
     * Says what the device did.
     *
     * @param message what was expected of which device, and what it did
     */
    public DeviceFaultException(String message) {
        super(message);
    }
}
