// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

/** The {@code VFIO_REGION_INFO_FLAG_} bits of {@code linux/vfio.h}. */
public enum RegionFlag {
    /** pread works. */
    READ,
    /** pwrite works. */
    WRITE,
    /** mmap works. */
    MMAP,
    /** The region's description has capabilities. */
    CAPS
}
