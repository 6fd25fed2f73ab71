// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import org.vfio4j.vfio.abi.IommufdFlags;

/** What devices may do with memory that is mapped for them. */
public enum DmaAccess {
    /** Read it. */
    READ(IommufdFlags.IOMMU_IOAS_MAP_READABLE),
    /** Write it. */
    WRITE(IommufdFlags.IOMMU_IOAS_MAP_WRITEABLE),
    /** Read and write it. */
    READ_WRITE(IommufdFlags.IOMMU_IOAS_MAP_READABLE | IommufdFlags.IOMMU_IOAS_MAP_WRITEABLE);

    private final int flags;

    DmaAccess(int flags) {
        this.flags = flags;
    }

    /** IOMMU_IOAS_MAP_ bits. */
    int flags() {
        return flags;
    }
}
