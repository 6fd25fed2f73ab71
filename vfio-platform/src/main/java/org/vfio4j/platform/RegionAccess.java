// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

/**
 * How the registers of a region are reached.
 *
 * @param kind how
 * @param reason why, in words
 */
public record RegionAccess(Kind kind, String reason) {
    /** The kinds. */
    public enum Kind {
        /** The region is mapped: an access is one load or store of the CPU. */
        MAPPED,
        /** The region cannot be mapped: an access is one pread or pwrite, and the kernel makes it. */
        TRAPPED,
        /** The kernel lets user space neither map nor read nor write the region. */
        NONE
    }
}
