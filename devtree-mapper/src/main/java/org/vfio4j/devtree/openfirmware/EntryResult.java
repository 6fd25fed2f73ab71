// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

/**
 * What became of one entry into the client interface; the result of the service itself is in the client's array. The
 * code is what the client gets in its result register.
 */
public enum EntryResult {
    /** The service has run, and its first return cell, if the client made room for one, says with what result. */
    COMPLETED(0),
    /** There is no service of this name (IEEE 1275-1994, 6.3.1); the first return cell is -1, the others 0. */
    UNKNOWN_SERVICE(-1),
    /**
     * The array is not in memory, has too many cells or no readable service name. Nothing was written. The code is
     * that of H_PARAMETER, which a PowerPC hypervisor call returns for it.
     */
    BAD_FRAME(-4),
    /** The client has left by {@code exit} or {@code boot}. Nothing was written. */
    TERMINATED(-1);

    private final int code;

    EntryResult(int code) {
        this.code = code;
    }

    /** {@return the value for the client's result register; 0 only for {@link #COMPLETED}} */
    public int code() {
        return code;
    }
}
