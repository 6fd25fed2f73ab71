// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

/** What an open instance does with data, such as a console. The methods that are not there fail with -1. */
public interface InstanceIo {
    /**
     * Reads.
     *
     * @param into room for the data
     * @return how many bytes were read, -2 if there are none at the moment (IEEE 1275-1994), -1 for an error
     */
    default int read(byte[] into) {
        return Service.FAILED;
    }

    /**
     * Writes.
     *
     * @param data the bytes
     * @return how many of them were written, or -1
     */
    default int write(byte[] data) {
        return Service.FAILED;
    }

    /**
     * Sets the position for reading and writing.
     *
     * @param position bytes from the start, unsigned
     * @return 0 or 1 for success (IEEE 1275-1994), or -1
     */
    default int seek(long position) {
        return Service.FAILED;
    }

    /** The client closes the instance, or is gone. */
    default void close() {}
}
