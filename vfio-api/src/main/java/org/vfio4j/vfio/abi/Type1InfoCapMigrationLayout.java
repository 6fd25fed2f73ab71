// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_iommu_type1_info_cap_migration}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_iommu_type1_info_cap_migration")
public final class Type1InfoCapMigrationLayout {
    /** Bytes. */
    public static final int SIZE = 32;

    /** {@link InfoCapHeaderLayout}. */
    public static final int HEADER = 0;

    /** u32: none yet. */
    public static final int FLAGS = 8;

    /** u64: page sizes of a dirty bitmap. */
    public static final int PGSIZE_BITMAP = 16;

    /** u64: bytes. */
    public static final int MAX_DIRTY_BITMAP_SIZE = 24;

    private Type1InfoCapMigrationLayout() {}
}
