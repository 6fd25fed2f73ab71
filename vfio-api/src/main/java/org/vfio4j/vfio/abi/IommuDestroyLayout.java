// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_destroy}. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_destroy")
public final class IommuDestroyLayout {
    /** Bytes. */
    public static final int SIZE = 8;

    /** u32: bytes of the structure. */
    public static final int SIZE_AT = 0;

    /** u32: the object. */
    public static final int ID = 4;

    private IommuDestroyLayout() {}
}
