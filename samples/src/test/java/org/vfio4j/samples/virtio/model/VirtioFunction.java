// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.model;

import java.nio.ByteBuffer;

/** What a virtio device does, behind its transport. */
public interface VirtioFunction {
    /** The number of section 5. */
    int deviceId();

    /** Features of the type, bits 0 to 23. */
    long features();

    /** The configuration space. */
    byte[] config();

    /**
     * Does one request.
     *
     * @param readable what the driver sent, from all readable descriptors
     * @param writable what goes to the writable descriptors: filled from its position
     * @return how many bytes were written
     */
    int serve(ByteBuffer readable, ByteBuffer writable);
}
