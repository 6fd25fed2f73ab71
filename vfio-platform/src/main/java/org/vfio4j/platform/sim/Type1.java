// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.DmaMapLayout;
import org.vfio4j.vfio.abi.DmaUnmapLayout;
import org.vfio4j.vfio.abi.Type1InfoLayout;
import org.vfio4j.vfio.abi.VfioFlags;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The type1 backend (drivers/vfio/vfio_iommu_type1.c) over an SMMU whose translations are only kept in books. */
final class Type1 implements IommuBackend {
    private static final int KNOWN_MAP_FLAGS =
            VfioFlags.VFIO_DMA_MAP_FLAG_READ | VfioFlags.VFIO_DMA_MAP_FLAG_WRITE | VfioFlags.VFIO_DMA_MAP_FLAG_VADDR;
    private static final int KNOWN_UNMAP_FLAGS = VfioFlags.VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP
            | VfioFlags.VFIO_DMA_UNMAP_FLAG_ALL
            | VfioFlags.VFIO_DMA_UNMAP_FLAG_VADDR;

    private final IommuBackends backends;
    private final KernelConfig config;
    private final ModuleParameters parameters;
    private final DmaMappings mappings;
    private final boolean nesting;

    Type1(
            IommuBackends backends,
            KernelConfig config,
            ModuleParameters parameters,
            DmaMappings mappings,
            boolean nesting) {
        this.backends = backends;
        this.config = config;
        this.parameters = parameters;
        this.mappings = mappings;
        this.nesting = nesting;
    }

    @Override
    public int checkExtension(long extension) {
        // With a container, updating addresses is offered too; coherence is never enforced by an SMMU.
        return backends.type1Supports(extension) || extension == VfioFlags.VFIO_UPDATE_VADDR ? 1 : 0;
    }

    @Override
    public void attachGroup(IommuGroup group) {
        KernelError.require(parameters.unsafeInterrupts || group.isolatesMsi(), Errno.EPERM);
        // arm_smmu_enable_nesting: the domain was made for a device, and such a one cannot be changed any more.
        KernelError.require(!nesting, Errno.EPERM);
    }

    @Override
    public int ioctl(int request, IoctlArgument argument) {
        switch (request) {
            case VfioIoctl.VFIO_IOMMU_GET_INFO -> getInfo(argument.memory());
            case VfioIoctl.VFIO_IOMMU_MAP_DMA -> map(argument.memory());
            case VfioIoctl.VFIO_IOMMU_UNMAP_DMA -> unmap(argument.memory());
            case VfioIoctl.VFIO_IOMMU_DIRTY_PAGES -> mappings.dirtyTracking().ioctl(argument.memory());
            default -> throw new KernelError(Errno.ENOTTY);
        }
        return 0;
    }

    @Override
    public void release() {
        mappings.release();
    }

    private void getInfo(UserBuffer info) {
        info.require(Type1InfoLayout.MINIMUM_SIZE);
        long argsz = Integer.toUnsignedLong(info.getInt(Type1InfoLayout.ARGSZ));
        KernelError.requireValid(argsz >= Type1InfoLayout.MINIMUM_SIZE);
        List<byte[]> capabilities = Type1Capabilities.of(config.pageSize(), mappings.available());
        int needed = Type1InfoLayout.SIZE + Type1Capabilities.size(capabilities);
        int capOffset = 0;
        if (argsz < needed) {
            info.putInt(Type1InfoLayout.ARGSZ, needed);
        } else {
            capOffset = Type1InfoLayout.SIZE;
            Type1Capabilities.put(capabilities, info, capOffset);
        }
        info.putInt(Type1InfoLayout.FLAGS, VfioFlags.VFIO_IOMMU_INFO_PGSIZES | VfioFlags.VFIO_IOMMU_INFO_CAPS);
        info.putLong(Type1InfoLayout.IOVA_PGSIZES, Type1Capabilities.pageSizes(config.pageSize()));
        if (argsz >= Type1InfoLayout.CAP_OFFSET + 4) {
            info.putInt(Type1InfoLayout.CAP_OFFSET, capOffset);
        }
    }

    @Override
    public DmaTarget translate(long address) {
        return mappings.target(address);
    }

    private void map(UserBuffer map) {
        map.require(DmaMapLayout.SIZE);
        int flags = map.getInt(DmaMapLayout.FLAGS);
        KernelError.requireValid(Integer.compareUnsigned(map.getInt(DmaMapLayout.ARGSZ), DmaMapLayout.SIZE) >= 0);
        KernelError.requireValid((flags & ~KNOWN_MAP_FLAGS) == 0);
        mappings.map(
                flags,
                map.getLong(DmaMapLayout.VADDR),
                map.getLong(DmaMapLayout.IOVA),
                map.getLong(DmaMapLayout.SIZE_AT));
    }

    private void unmap(UserBuffer unmap) {
        unmap.require(DmaUnmapLayout.SIZE);
        long argsz = Integer.toUnsignedLong(unmap.getInt(DmaUnmapLayout.ARGSZ));
        int flags = unmap.getInt(DmaUnmapLayout.FLAGS);
        long iova = unmap.getLong(DmaUnmapLayout.IOVA);
        long size = unmap.getLong(DmaUnmapLayout.SIZE_AT);
        KernelError.requireValid(argsz >= DmaUnmapLayout.SIZE);
        KernelError.requireValid((flags & ~KNOWN_UNMAP_FLAGS) == 0);
        DirtyBitmap bitmap = null;
        if ((flags & VfioFlags.VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP) != 0) {
            KernelError.requireValid((flags & ~VfioFlags.VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP) == 0);
            bitmap = mappings.dirtyTracking().bitmapOfUnmap(unmap, argsz, size);
        }
        unmap.putLong(DmaUnmapLayout.SIZE_AT, mappings.unmap(flags, iova, size, bitmap));
    }
}
