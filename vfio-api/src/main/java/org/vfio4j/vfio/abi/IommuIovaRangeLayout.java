// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct iommu_iova_range}. */
@Uapi(header = "linux/iommufd.h", struct = "iommu_iova_range")
public final class IommuIovaRangeLayout {
    /** Bytes. */
    public static final int SIZE = 16;

    /** u64: the first IOVA. */
    public static final int START = 0;

    /** u64: the last IOVA, inclusive. */
    public static final int LAST = 8;

    private IommuIovaRangeLayout() {}
}
