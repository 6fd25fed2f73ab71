// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

/** Registers that a program makes up: what {@link Region#overlay} hands accesses to. */
public interface RegisterHandler {
    /**
     * A read.
     *
     * @param offset bytes from the start of the region
     * @param width 1, 2, 4 or 8 bytes
     * @return the value; its low {@code width} bytes count
     */
    long read(long offset, int width);

    /**
     * A write.
     *
     * @param offset bytes from the start of the region
     * @param width 1, 2, 4 or 8 bytes
     * @param value the value, unsigned
     */
    void write(long offset, int width, long value);
}
