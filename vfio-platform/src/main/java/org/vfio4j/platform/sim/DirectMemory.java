// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import org.vfio4j.linux.Errno;

/** Memory that a simulated mapping shows: direct buffers, as much as the JVM gives. */
final class DirectMemory {
    /** The largest run of memory that one mapping may show. */
    private static final long LIMIT = 256L << 20;

    private DirectMemory() {}

    static ByteBuffer allocate(long length) {
        KernelError.require(length <= LIMIT, Errno.ENOMEM);
        try {
            return ByteBuffer.allocateDirect((int) length);
        } catch (OutOfMemoryError e) {
            // -XX:MaxDirectMemorySize is the machine's memory here.
            throw new KernelError(Errno.ENOMEM);
        }
    }
}
