// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** The ioctl numbers of VFIO. All are {@code _IO(';', 100 + n)}: neither size nor direction is in the number, and container
 * and device numbers overlap. */
@Uapi(header = "linux/vfio.h")
public final class VfioIoctl {
    /** Container: the version of the API, {@link VfioFlags#VFIO_API_VERSION}. */
    public static final int VFIO_GET_API_VERSION = 0x3b64;

    /** Container: whether an extension, given as a number, is there: above 0 if so. */
    public static final int VFIO_CHECK_EXTENSION = 0x3b65;

    /** Container: chooses the IOMMU backend, given as a number. */
    public static final int VFIO_SET_IOMMU = 0x3b66;

    /** Group: {@link GroupStatusLayout}. */
    public static final int VFIO_GROUP_GET_STATUS = 0x3b67;

    /** Group: attaches to the container whose s32 descriptor the argument points to. */
    public static final int VFIO_GROUP_SET_CONTAINER = 0x3b68;

    /** Group: detaches from its container; no argument. */
    public static final int VFIO_GROUP_UNSET_CONTAINER = 0x3b69;

    /** Group: opens the device whose NUL-terminated name the argument points to. */
    public static final int VFIO_GROUP_GET_DEVICE_FD = 0x3b6a;

    /** Device: {@link DeviceInfoLayout}. */
    public static final int VFIO_DEVICE_GET_INFO = 0x3b6b;

    /** Device: {@link RegionInfoLayout}. */
    public static final int VFIO_DEVICE_GET_REGION_INFO = 0x3b6c;

    /** Device: {@link IrqInfoLayout}. */
    public static final int VFIO_DEVICE_GET_IRQ_INFO = 0x3b6d;

    /** Device: {@link IrqSetLayout}. */
    public static final int VFIO_DEVICE_SET_IRQS = 0x3b6e;

    /** Device: resets it; no argument. */
    public static final int VFIO_DEVICE_RESET = 0x3b6f;

    /** Device (PCI): what a hot reset would touch. */
    public static final int VFIO_DEVICE_GET_PCI_HOT_RESET_INFO = 0x3b70;

    /** Device (PCI): resets the slot or bus. */
    public static final int VFIO_DEVICE_PCI_HOT_RESET = 0x3b71;

    /** Device (mediated graphics): the plane. */
    public static final int VFIO_DEVICE_QUERY_GFX_PLANE = 0x3b72;

    /** Device (mediated graphics): the plane's buffer. */
    public static final int VFIO_DEVICE_GET_GFX_DMABUF = 0x3b73;

    /** Device (PCI): a write to a region by an eventfd. */
    public static final int VFIO_DEVICE_IOEVENTFD = 0x3b74;

    /** Device: {@link DeviceFeatureLayout}. */
    public static final int VFIO_DEVICE_FEATURE = 0x3b75;

    /** Device of a character device: {@link DeviceBindIommufdLayout}. */
    public static final int VFIO_DEVICE_BIND_IOMMUFD = 0x3b76;

    /** Device of a character device: {@link DeviceAttachIommufdPtLayout}. */
    public static final int VFIO_DEVICE_ATTACH_IOMMUFD_PT = 0x3b77;

    /** Device of a character device: {@link DeviceDetachIommufdPtLayout}. */
    public static final int VFIO_DEVICE_DETACH_IOMMUFD_PT = 0x3b78;

    /** Container (type1): {@link Type1InfoLayout}. */
    public static final int VFIO_IOMMU_GET_INFO = 0x3b70;

    /** Container (type1): {@link DmaMapLayout}. */
    public static final int VFIO_IOMMU_MAP_DMA = 0x3b71;

    /** Container (type1): {@link DmaUnmapLayout}. */
    public static final int VFIO_IOMMU_UNMAP_DMA = 0x3b72;

    /** Container (sPAPR): enables it. */
    public static final int VFIO_IOMMU_ENABLE = 0x3b73;

    /** Container (sPAPR): disables it. */
    public static final int VFIO_IOMMU_DISABLE = 0x3b74;

    /** Container (type1): {@link DirtyBitmapLayout}. */
    public static final int VFIO_IOMMU_DIRTY_PAGES = 0x3b75;

    private VfioIoctl() {}
}
