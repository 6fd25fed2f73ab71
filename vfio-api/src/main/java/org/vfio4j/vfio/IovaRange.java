// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

/**
 * Addresses for devices (IOVAs), both ends inclusive.
 *
 * @param first the first address, unsigned
 * @param last the last address, unsigned, not below the first
 */
public record IovaRange(long first, long last) {
    @Override
    public String toString() {
        return "0x" + Long.toHexString(first) + "-0x" + Long.toHexString(last);
    }
}
