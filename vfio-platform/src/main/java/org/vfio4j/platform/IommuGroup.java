// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import org.vfio4j.vfio.Group;

/**
 * The IOMMU group of a device.
 *
 * @param number number of the group in {@code /sys/kernel/iommu_groups}
 * @param noiommu VFIO made the group for a device without an IOMMU; its name is {@code vfio-noiommu} ({@code
 *     drivers/vfio/group.c})
 */
public record IommuGroup(int number, boolean noiommu) {
    /** {@return the group's device file, {@code /dev/vfio/N} or {@code /dev/vfio/noiommu-N}} */
    public String devicePath() {
        return Group.pathOf(number, noiommu);
    }
}
