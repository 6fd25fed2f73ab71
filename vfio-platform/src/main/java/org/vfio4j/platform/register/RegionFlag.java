// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.util.EnumSet;
import java.util.Set;
import org.vfio4j.vfio.abi.VfioFlags;

/** The {@code VFIO_REGION_INFO_FLAG_} bits of {@code linux/vfio.h}. */
public enum RegionFlag {
    /** pread works. */
    READ(VfioFlags.VFIO_REGION_INFO_FLAG_READ),
    /** pwrite works. */
    WRITE(VfioFlags.VFIO_REGION_INFO_FLAG_WRITE),
    /** mmap works. */
    MMAP(VfioFlags.VFIO_REGION_INFO_FLAG_MMAP),
    /** The region's description has capabilities. */
    CAPS(VfioFlags.VFIO_REGION_INFO_FLAG_CAPS);

    private final int bit;

    RegionFlag(int bit) {
        this.bit = bit;
    }

    /**
     * The flags that are set.
     *
     * @param flags {@code VFIO_REGION_INFO_FLAG_} bits; ones that have no name here are left out
     * @return the flags
     */
    public static Set<RegionFlag> of(int flags) {
        Set<RegionFlag> set = EnumSet.allOf(RegionFlag.class);
        set.removeIf(flag -> (flags & flag.bit) == 0);
        return set;
    }
}
