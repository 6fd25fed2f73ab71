// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** What a container hands its DMA to: struct vfio_iommu_driver_ops. It ends with the container's last group. */
interface IommuBackend {
    int checkExtension(long extension);

    /** A group is being attached; an error keeps it out. */
    void attachGroup(IommuGroup group);

    int ioctl(int request, IoctlArgument argument);

    /** What a device finds at an address; null for nothing. */
    DmaTarget translate(long address);

    /** The last group is gone. */
    void release();
}
