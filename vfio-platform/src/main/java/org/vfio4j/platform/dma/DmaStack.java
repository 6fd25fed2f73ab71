// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

/** Which part of the kernel maps memory for a device. */
public enum DmaStack {
    /** A VFIO container with the type1 backend; the device is opened through its group. */
    TYPE1,
    /** An IO address space of {@code /dev/iommu}; the device is opened through its own file. Linux 6.6. */
    IOMMUFD
}
