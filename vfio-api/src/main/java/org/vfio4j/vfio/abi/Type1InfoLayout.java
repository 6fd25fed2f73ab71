// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_iommu_type1_info}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_iommu_type1_info", minimumEndsWith = "iova_pgsizes")
public final class Type1InfoLayout {
    /** Bytes, padding at the end counted. */
    public static final int SIZE = 24;

    /** The least that a kernel takes. */
    public static final int MINIMUM_SIZE = 16;

    /** u32: bytes that the caller has room for; out: bytes that the kernel has to say. */
    public static final int ARGSZ = 0;

    /** u32: out, {@code VFIO_IOMMU_INFO_}. */
    public static final int FLAGS = 4;

    /** u64: out, a bit for each page size. */
    public static final int IOVA_PGSIZES = 8;

    /** u32: out, where the first capability is, 0 for none. */
    public static final int CAP_OFFSET = 16;

    private Type1InfoLayout() {}
}
