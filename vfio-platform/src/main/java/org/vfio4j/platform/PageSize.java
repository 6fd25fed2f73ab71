// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.vfio4j.linux.HostFiles;

/**
 * The kernel's page size, read from a file: a device that is not opened needs no system calls, and so no native library
 * is loaded for it.
 */
public final class PageSize {
    private static final Path AUXILIARY_VECTOR = Path.of("/proc/self/auxv");
    // linux/auxvec.h; the vector is pairs of type and value, each an unsigned long.
    private static final long AT_PAGESZ = 6;

    private PageSize() {}

    /**
     * Reads it.
     *
     * @param files the machine's files
     * @return bytes, a power of two
     * @throws IOException if it cannot be read
     */
    public static long of(HostFiles files) throws IOException {
        ByteBuffer vector = ByteBuffer.wrap(files.read(AUXILIARY_VECTOR)).order(ByteOrder.nativeOrder());
        while (vector.remaining() >= 2 * Long.BYTES) {
            long type = vector.getLong();
            long value = vector.getLong();
            if (type == AT_PAGESZ) {
                return value;
            }
        }
        throw new IOException(AUXILIARY_VECTOR + " does not say the size of a page (AT_PAGESZ)");
    }
}
