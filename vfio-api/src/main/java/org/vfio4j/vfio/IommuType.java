// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import org.vfio4j.vfio.abi.VfioFlags;

/** The IOMMU backends of a container that a platform device can use. */
public enum IommuType {
    /** Type1, first version: an unmap that cuts a mapping "succeeds" and may remove nothing. Prefer version 2. */
    TYPE1(VfioFlags.VFIO_TYPE1_IOMMU, Extension.TYPE1),
    /** Type1, version 2. */
    TYPE1_V2(VfioFlags.VFIO_TYPE1v2_IOMMU, Extension.TYPE1_V2),
    /** No translation and no protection, for devices that have no IOMMU. Needs CAP_SYS_RAWIO. */
    NOIOMMU(VfioFlags.VFIO_NOIOMMU_IOMMU, Extension.NOIOMMU);

    private final int number;
    private final Extension extension;

    IommuType(int number, Extension extension) {
        this.number = number;
        this.extension = extension;
    }

    /** {@return the number in {@code linux/vfio.h}} */
    public int number() {
        return number;
    }

    /** {@return the extension that says whether the kernel has it} */
    public Extension extension() {
        return extension;
    }
}
