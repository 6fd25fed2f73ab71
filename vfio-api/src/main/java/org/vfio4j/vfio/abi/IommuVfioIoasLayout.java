// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_vfio_ioas}. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_vfio_ioas")
public final class IommuVfioIoasLayout {
    /** Bytes. */
    public static final int SIZE = 12;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: the IOAS. */
    public static final int IOAS_ID = 4;

    /** u16: {@code IOMMU_VFIO_IOAS_}. */
    public static final int OP = 8;

    private IommuVfioIoasLayout() {}
}
