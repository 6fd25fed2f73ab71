// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** The flag bits, ids and other numbers of VFIO. */
@Uapi(header = "linux/vfio.h")
public final class VfioFlags {
    /** What {@link VfioIoctl#VFIO_GET_API_VERSION} answers. */
    public static final int VFIO_API_VERSION = 0;

    /** Extension and backend: type1. */
    public static final int VFIO_TYPE1_IOMMU = 1;

    /** Extension and backend: type1, where an unmap must not cut a mapping. */
    public static final int VFIO_TYPE1v2_IOMMU = 3;

    /** Extension: the IOMMU enforces cache coherency of DMA. */
    public static final int VFIO_DMA_CC_IOMMU = 4;

    /** Extension and backend: type1 with nesting, which newer kernels do not offer any more. */
    public static final int VFIO_TYPE1_NESTING_IOMMU = 6;

    /** Extension and backend: none; devices of noiommu groups. */
    public static final int VFIO_NOIOMMU_IOMMU = 8;

    /** Extension: {@link #VFIO_DMA_UNMAP_FLAG_ALL} is supported. */
    public static final int VFIO_UNMAP_ALL = 9;

    /** Extension: {@link #VFIO_DMA_MAP_FLAG_VADDR} is supported. */
    public static final int VFIO_UPDATE_VADDR = 10;

    /** Group: its devices can be had. */
    public static final int VFIO_GROUP_FLAGS_VIABLE = 1;

    /** Group: attached to a container. */
    public static final int VFIO_GROUP_FLAGS_CONTAINER_SET = 2;

    /** Device: can be reset. */
    public static final int VFIO_DEVICE_FLAGS_RESET = 1;

    /** Device: of vfio-pci. */
    public static final int VFIO_DEVICE_FLAGS_PCI = 2;

    /** Device: of vfio-platform. */
    public static final int VFIO_DEVICE_FLAGS_PLATFORM = 4;

    /** Device: of vfio-amba. */
    public static final int VFIO_DEVICE_FLAGS_AMBA = 8;

    /** Device: of vfio-ccw. */
    public static final int VFIO_DEVICE_FLAGS_CCW = 16;

    /** Device: of vfio-ap. */
    public static final int VFIO_DEVICE_FLAGS_AP = 32;

    /** Device: of vfio-fsl-mc. */
    public static final int VFIO_DEVICE_FLAGS_FSL_MC = 64;

    /** Device: the info has a capability chain. */
    public static final int VFIO_DEVICE_FLAGS_CAPS = 128;

    /** Device: of vfio-cdx. */
    public static final int VFIO_DEVICE_FLAGS_CDX = 256;

    /** Region: can be read. */
    public static final int VFIO_REGION_INFO_FLAG_READ = 1;

    /** Region: can be written. */
    public static final int VFIO_REGION_INFO_FLAG_WRITE = 2;

    /** Region: can be mapped. */
    public static final int VFIO_REGION_INFO_FLAG_MMAP = 4;

    /** Region: the info has a capability chain. */
    public static final int VFIO_REGION_INFO_FLAG_CAPS = 8;

    /** Region capability: {@link RegionInfoCapSparseMmapLayout}. */
    public static final int VFIO_REGION_INFO_CAP_SPARSE_MMAP = 1;

    /** Region capability: {@link RegionInfoCapTypeLayout}. */
    public static final int VFIO_REGION_INFO_CAP_TYPE = 2;

    /** IRQ: can be signalled by an eventfd. */
    public static final int VFIO_IRQ_INFO_EVENTFD = 1;

    /** IRQ: can be masked. */
    public static final int VFIO_IRQ_INFO_MASKABLE = 2;

    /** IRQ: masks itself when it fires. */
    public static final int VFIO_IRQ_INFO_AUTOMASKED = 4;

    /** IRQ: all of an index are set at once. */
    public static final int VFIO_IRQ_INFO_NORESIZE = 8;

    /** SET_IRQS: no data. */
    public static final int VFIO_IRQ_SET_DATA_NONE = 1;

    /** SET_IRQS: a byte for each IRQ, 0 or 1. */
    public static final int VFIO_IRQ_SET_DATA_BOOL = 2;

    /** SET_IRQS: an s32 eventfd for each IRQ, -1 for none. */
    public static final int VFIO_IRQ_SET_DATA_EVENTFD = 4;

    /** SET_IRQS: mask. */
    public static final int VFIO_IRQ_SET_ACTION_MASK = 8;

    /** SET_IRQS: unmask. */
    public static final int VFIO_IRQ_SET_ACTION_UNMASK = 16;

    /** SET_IRQS: trigger. */
    public static final int VFIO_IRQ_SET_ACTION_TRIGGER = 32;

    /** SET_IRQS: the bits of the data. */
    public static final int VFIO_IRQ_SET_DATA_TYPE_MASK = 7;

    /** SET_IRQS: the bits of the action. */
    public static final int VFIO_IRQ_SET_ACTION_TYPE_MASK = 56;

    /** Type1 info: the page sizes are valid. */
    public static final int VFIO_IOMMU_INFO_PGSIZES = 1;

    /** Type1 info: has a capability chain. */
    public static final int VFIO_IOMMU_INFO_CAPS = 2;

    /** Type1 capability: {@link Type1InfoCapIovaRangeLayout}. */
    public static final int VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE = 1;

    /** Type1 capability: {@link Type1InfoCapMigrationLayout}. */
    public static final int VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION = 2;

    /** Type1 capability: {@link Type1InfoDmaAvailLayout}. */
    public static final int VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL = 3;

    /** MAP_DMA: the device may read. */
    public static final int VFIO_DMA_MAP_FLAG_READ = 1;

    /** MAP_DMA: the device may write. */
    public static final int VFIO_DMA_MAP_FLAG_WRITE = 2;

    /** MAP_DMA: gives a mapping its new virtual address. */
    public static final int VFIO_DMA_MAP_FLAG_VADDR = 4;

    /** UNMAP_DMA: answers the dirty bitmap. */
    public static final int VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP = 1;

    /** UNMAP_DMA: everything; IOVA and size are 0. */
    public static final int VFIO_DMA_UNMAP_FLAG_ALL = 2;

    /** UNMAP_DMA: takes the virtual address away only. */
    public static final int VFIO_DMA_UNMAP_FLAG_VADDR = 4;

    /** DIRTY_PAGES: start. */
    public static final int VFIO_IOMMU_DIRTY_PAGES_FLAG_START = 1;

    /** DIRTY_PAGES: stop. */
    public static final int VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP = 2;

    /** DIRTY_PAGES: {@link DirtyBitmapGetLayout}. */
    public static final int VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP = 4;

    /** FEATURE: the bits of the feature's id. */
    public static final int VFIO_DEVICE_FEATURE_MASK = 0xffff;

    /** FEATURE: get. */
    public static final int VFIO_DEVICE_FEATURE_GET = 1 << 16;

    /** FEATURE: set. */
    public static final int VFIO_DEVICE_FEATURE_SET = 1 << 17;

    /** FEATURE: only ask whether it is supported. */
    public static final int VFIO_DEVICE_FEATURE_PROBE = 1 << 18;

    /** Feature: the token of a virtual function's owner. */
    public static final int VFIO_DEVICE_FEATURE_PCI_VF_TOKEN = 0;

    /** Feature: what migration can do. */
    public static final int VFIO_DEVICE_FEATURE_MIGRATION = 1;

    /** Feature: the state of a migration. */
    public static final int VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE = 2;

    /** Feature: allow low power. */
    public static final int VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY = 3;

    /** Feature: allow low power, with an eventfd for waking. */
    public static final int VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP = 4;

    /** Feature: leave low power. */
    public static final int VFIO_DEVICE_FEATURE_LOW_POWER_EXIT = 5;

    /** Feature: begin to log DMA writes. */
    public static final int VFIO_DEVICE_FEATURE_DMA_LOGGING_START = 6;

    /** Feature: end it. */
    public static final int VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP = 7;

    /** Feature: what was logged. */
    public static final int VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT = 8;

    /** Feature: how much there is to migrate. */
    public static final int VFIO_DEVICE_FEATURE_MIG_DATA_SIZE = 9;

    /** Feature: bus mastering of a CDX or FSL-MC device. */
    public static final int VFIO_DEVICE_FEATURE_BUS_MASTER = 10;

    /** Feature: a DMA buffer over a region. Linux 6.19. */
    public static final int VFIO_DEVICE_FEATURE_DMA_BUF = 11;

    /** Feature: precopy information, second form. After Linux 6.19. */
    public static final int VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2 = 12;

    /** ATTACH_IOMMUFD_PT: the PASID is valid. Linux 6.15. */
    public static final int VFIO_DEVICE_ATTACH_PASID = 1;

    /** DETACH_IOMMUFD_PT: the PASID is valid. Linux 6.15. */
    public static final int VFIO_DEVICE_DETACH_PASID = 1;

    /** BIND_IOMMUFD: the token is valid. Linux 6.17. */
    public static final int VFIO_DEVICE_BIND_FLAG_TOKEN = 1;

    private VfioFlags() {}
}
