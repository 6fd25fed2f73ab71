// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import org.vfio4j.vfio.abi.VfioFlags;

/** What a container can be asked for with {@code VFIO_CHECK_EXTENSION}. */
public enum Extension {
    /** The backend {@link IommuType#TYPE1}. */
    TYPE1(VfioFlags.VFIO_TYPE1_IOMMU),
    /** The backend {@link IommuType#TYPE1_V2}. */
    TYPE1_V2(VfioFlags.VFIO_TYPE1v2_IOMMU),
    /** The IOMMU enforces cache coherency of DMA. Only with a backend chosen. */
    DMA_CC(VfioFlags.VFIO_DMA_CC_IOMMU),
    /** Two-stage translation; newer kernels do not offer it any more. */
    NESTING(VfioFlags.VFIO_TYPE1_NESTING_IOMMU),
    /** The backend {@link IommuType#NOIOMMU}. */
    NOIOMMU(VfioFlags.VFIO_NOIOMMU_IOMMU),
    /** Everything can be unmapped with one call. */
    UNMAP_ALL(VfioFlags.VFIO_UNMAP_ALL),
    /** A mapping can be given a new virtual address. */
    UPDATE_VADDR(VfioFlags.VFIO_UPDATE_VADDR);

    private final int number;

    Extension(int number) {
        this.number = number;
    }

    /** {@return the number in {@code linux/vfio.h}} */
    public int number() {
        return number;
    }
}
