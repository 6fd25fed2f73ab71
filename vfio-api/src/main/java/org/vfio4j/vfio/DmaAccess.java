// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import org.vfio4j.vfio.abi.IommufdFlags;
import org.vfio4j.vfio.abi.VfioFlags;

/** What devices may do with memory that is mapped for them. */
public enum DmaAccess {
    /** Read it. */
    READ(IommufdFlags.IOMMU_IOAS_MAP_READABLE, VfioFlags.VFIO_DMA_MAP_FLAG_READ),
    /** Write it. */
    WRITE(IommufdFlags.IOMMU_IOAS_MAP_WRITEABLE, VfioFlags.VFIO_DMA_MAP_FLAG_WRITE),
    /** Read and write it. */
    READ_WRITE(READ.flags | WRITE.flags, READ.type1Flags | WRITE.type1Flags);

    private final int flags;
    private final int type1Flags;

    DmaAccess(int flags, int type1Flags) {
        this.flags = flags;
        this.type1Flags = type1Flags;
    }

    /** IOMMU_IOAS_MAP_ bits. */
    int flags() {
        return flags;
    }

    /** VFIO_DMA_MAP_FLAG_ bits. */
    int type1Flags() {
        return type1Flags;
    }
}
