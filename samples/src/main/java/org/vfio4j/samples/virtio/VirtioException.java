// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import java.io.IOException;

/** A virtio device cannot be driven, or a request failed. */
public class VirtioException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Says what is wrong.
     *
     * @param message what was expected of which device, and what it did
     */
    public VirtioException(String message) {
        super(message);
    }

    /**
     * Says what is wrong, and why.
     *
     * @param message what does not work
     * @param cause the reason
     */
    public VirtioException(String message, Throwable cause) {
        super(message, cause);
    }
}
