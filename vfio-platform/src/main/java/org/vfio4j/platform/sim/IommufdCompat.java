// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.DmaMapLayout;
import org.vfio4j.vfio.abi.DmaUnmapLayout;
import org.vfio4j.vfio.abi.IommuVfioIoasLayout;
import org.vfio4j.vfio.abi.IommufdFlags;
import org.vfio4j.vfio.abi.VfioFlags;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The calls of a VFIO container to an iommufd, which work on its compatibility IOAS (drivers/iommu/iommufd/vfio_compat.c). */
final class IommufdCompat {
    private static final int MAP_FLAGS = VfioFlags.VFIO_DMA_MAP_FLAG_READ | VfioFlags.VFIO_DMA_MAP_FLAG_WRITE;
    /** Offset of __reserved in struct iommu_vfio_ioas, which must be 0. */
    private static final int RESERVED = 10;

    private final IommufdContext context;

    IommufdCompat(IommufdContext context) {
        this.context = context;
    }

    int ioctl(int request, IoctlArgument argument) {
        switch (request) {
            case VfioIoctl.VFIO_GET_API_VERSION -> {
                return VfioFlags.VFIO_API_VERSION;
            }
            case VfioIoctl.VFIO_CHECK_EXTENSION -> {
                return checkExtension(argument.value());
            }
            case VfioIoctl.VFIO_SET_IOMMU -> setIommu(argument.value());
            case VfioIoctl.VFIO_IOMMU_GET_INFO -> IommufdCompatInfo.give(context, argument.memory());
            case VfioIoctl.VFIO_IOMMU_MAP_DMA -> map(argument.memory());
            case VfioIoctl.VFIO_IOMMU_UNMAP_DMA -> unmap(argument.memory());
            default -> throw new KernelError(Errno.ENOTTY);
        }
        return 0;
    }

    /** IOMMU_VFIO_IOAS: which IOAS it is. */
    void vfioIoas(IommufdCommand command) {
        KernelError.require(command.getShort(RESERVED) == 0, Errno.EOPNOTSUPP);
        switch (command.getShort(IommuVfioIoasLayout.OP)) {
            case IommufdFlags.IOMMU_VFIO_IOAS_GET -> {
                command.putInt(IommuVfioIoasLayout.IOAS_ID, context.compatIoas().id());
                command.respond();
            }
            case IommufdFlags.IOMMU_VFIO_IOAS_SET ->
                context.setCompatIoas(context.get(command.getInt(IommuVfioIoasLayout.IOAS_ID), Ioas.class));
            case IommufdFlags.IOMMU_VFIO_IOAS_CLEAR -> context.setCompatIoas(null);
            default -> throw new KernelError(Errno.EOPNOTSUPP);
        }
    }

    private int checkExtension(long extension) {
        if (extension == VfioFlags.VFIO_TYPE1_IOMMU
                || extension == VfioFlags.VFIO_TYPE1v2_IOMMU
                || extension == VfioFlags.VFIO_UNMAP_ALL) {
            return context.isNoiommu() ? 0 : 1;
        }
        if (extension == VfioFlags.VFIO_DMA_CC_IOMMU) {
            // Said of every IOMMU that the IOAS is attached to; an SMMU never enforces coherence.
            return context.compatIoas().pageTable().hasDomains() ? 0 : 1;
        }
        return extension == VfioFlags.VFIO_NOIOMMU_IOMMU ? 1 : 0;
    }

    private void setIommu(long type) {
        if (type == VfioFlags.VFIO_NOIOMMU_IOMMU && context.isNoiommu()) {
            context.process().require(Capability.CAP_SYS_RAWIO);
            return;
        }
        boolean v1 = type == VfioFlags.VFIO_TYPE1_IOMMU;
        KernelError.requireValid((v1 || type == VfioFlags.VFIO_TYPE1v2_IOMMU) && !context.isNoiommu());
        IoPageTable pageTable = context.compatIoas().pageTable();
        if (v1) {
            // Then a mapping can be cut, as v1 allows it.
            pageTable.disableLargePages();
        }
    }

    private void map(UserBuffer map) {
        map.require(DmaMapLayout.SIZE);
        int flags = map.getInt(DmaMapLayout.FLAGS);
        KernelError.requireValid(Integer.compareUnsigned(map.getInt(DmaMapLayout.ARGSZ), DmaMapLayout.SIZE) >= 0);
        KernelError.requireValid((flags & ~MAP_FLAGS) == 0);
        IoPageTable pageTable = context.compatIoas().pageTable();
        int access = ((flags & VfioFlags.VFIO_DMA_MAP_FLAG_READ) != 0 ? IommufdFlags.IOMMU_IOAS_MAP_READABLE : 0)
                | ((flags & VfioFlags.VFIO_DMA_MAP_FLAG_WRITE) != 0 ? IommufdFlags.IOMMU_IOAS_MAP_WRITEABLE : 0);
        IoArea.Slice pages = context.pages(map.getLong(DmaMapLayout.VADDR), map.getLong(DmaMapLayout.SIZE_AT), access);
        pageTable.map(List.of(pages), map.getLong(DmaMapLayout.IOVA), access);
    }

    private void unmap(UserBuffer unmap) {
        unmap.require(DmaUnmapLayout.SIZE);
        int flags = unmap.getInt(DmaUnmapLayout.FLAGS);
        long iova = unmap.getLong(DmaUnmapLayout.IOVA);
        long size = unmap.getLong(DmaUnmapLayout.SIZE_AT);
        KernelError.requireValid(Integer.compareUnsigned(unmap.getInt(DmaUnmapLayout.ARGSZ), DmaUnmapLayout.SIZE) >= 0);
        KernelError.requireValid((flags & ~VfioFlags.VFIO_DMA_UNMAP_FLAG_ALL) == 0);
        IoPageTable pageTable = context.compatIoas().pageTable();
        IoPageTable.Unmapped unmapped;
        if ((flags & VfioFlags.VFIO_DMA_UNMAP_FLAG_ALL) != 0) {
            KernelError.requireValid(iova == 0 && size == 0);
            unmapped = pageTable.unmap(IovaRange.ALL);
        } else {
            if (!pageTable.hasLargePages()) {
                pageTable.cutBehind(iova + size - 1);
                if (iova != 0) {
                    pageTable.cutBehind(iova - 1);
                }
            }
            unmapped = unmapOrNothing(pageTable, unmap, iova, size);
        }
        // The size is said also where a mapping would have been cut.
        unmap.putLong(DmaUnmapLayout.SIZE_AT, unmapped.bytes());
        KernelError.require(!unmapped.cut(), Errno.ENOENT);
    }

    /** For a range that cannot be, Linux writes the size too. */
    private static IoPageTable.Unmapped unmapOrNothing(IoPageTable pageTable, UserBuffer unmap, long iova, long size) {
        try {
            return pageTable.unmap(iova, size);
        } catch (KernelError refused) {
            unmap.putLong(DmaUnmapLayout.SIZE_AT, 0);
            throw refused;
        }
    }
}
