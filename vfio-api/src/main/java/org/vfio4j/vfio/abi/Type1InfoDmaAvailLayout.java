// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_iommu_type1_info_dma_avail}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_iommu_type1_info_dma_avail")
public final class Type1InfoDmaAvailLayout {
    /** Bytes. */
    public static final int SIZE = 12;

    /** {@link InfoCapHeaderLayout}. */
    public static final int HEADER = 0;

    /** u32: mappings that can still be made. */
    public static final int AVAIL = 8;

    private Type1InfoDmaAvailLayout() {}
}
