// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioFlags;

/** The two backends that the kernel has: type1 and noiommu. */
final class IommuBackends {
    private final KernelConfig config;
    private final ModuleParameters parameters;
    private final VirtualMemory memory;
    private final CallingProcess process;

    IommuBackends(KernelConfig config, ModuleParameters parameters, VirtualMemory memory, CallingProcess process) {
        this.config = config;
        this.parameters = parameters;
        this.memory = memory;
        this.process = process;
    }

    /** What type1 says without a container: vfio_iommu_type1_check_extension. */
    boolean type1Supports(long extension) {
        return extension == VfioFlags.VFIO_TYPE1_IOMMU
                || extension == VfioFlags.VFIO_TYPE1v2_IOMMU
                || extension == VfioFlags.VFIO_UNMAP_ALL
                || (extension == VfioFlags.VFIO_TYPE1_NESTING_IOMMU && config.release() == KernelRelease.LINUX_6_12);
    }

    boolean noiommuSupports(long extension) {
        return extension == VfioFlags.VFIO_NOIOMMU_IOMMU && parameters.noiommuMode;
    }

    IommuBackend openType1(long type) {
        boolean v1 = type == VfioFlags.VFIO_TYPE1_IOMMU;
        KernelError.requireValid(
                v1 || type == VfioFlags.VFIO_TYPE1v2_IOMMU || type == VfioFlags.VFIO_TYPE1_NESTING_IOMMU);
        DmaMappings mappings = new DmaMappings(config, memory, process, !v1, parameters.dmaEntryLimit);
        return new Type1(this, config, parameters, mappings, type == VfioFlags.VFIO_TYPE1_NESTING_IOMMU);
    }

    IommuBackend openNoiommu() {
        return new IommuBackend() {
            @Override
            public int checkExtension(long extension) {
                return noiommuSupports(extension) ? 1 : 0;
            }

            @Override
            public void attachGroup(IommuGroup group) {}

            @Override
            public int ioctl(int request, IoctlArgument argument) {
                throw new KernelError(Errno.ENOTTY);
            }

            @Override
            public DmaTarget translate(long address) {
                throw new IllegalStateException("without an IOMMU nothing is translated");
            }

            @Override
            public void release() {}
        };
    }
}
