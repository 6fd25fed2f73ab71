// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioFlags;

/** A VFIO container (drivers/vfio/container.c): groups and, once chosen, what translates their DMA. */
final class Container {
    private final IommuBackends backends;
    private final CallingProcess process;
    private final List<VfioGroup> groups = new ArrayList<>();
    private IommuBackend backend;
    private boolean noiommu;

    Container(IommuBackends backends, CallingProcess process) {
        this.backends = backends;
        this.process = process;
    }

    boolean hasBackend() {
        return backend != null;
    }

    void attach(VfioGroup group) {
        if (group.isNoiommu()) {
            process.require(Capability.CAP_SYS_RAWIO);
        }
        KernelError.require(groups.isEmpty() || noiommu == group.isNoiommu(), Errno.EPERM);
        if (!group.isNoiommu()) {
            group.iommuGroup().claimDma();
        }
        if (backend != null) {
            try {
                backend.attachGroup(group.iommuGroup());
            } catch (KernelError refused) {
                releaseDma(group);
                throw refused;
            }
        }
        noiommu = group.isNoiommu();
        groups.add(group);
    }

    DmaTarget translate(long address) {
        return backend == null ? null : backend.translate(address);
    }

    void detach(VfioGroup group) {
        releaseDma(group);
        groups.remove(group);
        if (groups.isEmpty() && backend != null) {
            backend.release();
            backend = null;
        }
    }

    private static void releaseDma(VfioGroup group) {
        if (!group.isNoiommu()) {
            group.iommuGroup().releaseDma();
        }
    }

    /** Before a backend is chosen every one that could be is asked; afterwards only that one. */
    int checkExtension(long extension) {
        if (backend != null) {
            return backend.checkExtension(extension);
        }
        boolean type1 = (groups.isEmpty() || !noiommu) && backends.type1Supports(extension);
        boolean none = (groups.isEmpty() || noiommu) && backends.noiommuSupports(extension);
        return type1 || none ? 1 : 0;
    }

    void setIommu(long type) {
        KernelError.requireValid(!groups.isEmpty() && backend == null);
        IommuBackend opened;
        if (noiommu) {
            KernelError.require(backends.noiommuSupports(type), Errno.ENODEV);
            KernelError.requireValid(type == VfioFlags.VFIO_NOIOMMU_IOMMU);
            process.require(Capability.CAP_SYS_RAWIO);
            opened = backends.openNoiommu();
        } else {
            KernelError.require(backends.type1Supports(type), Errno.ENODEV);
            opened = backends.openType1(type);
        }
        groups.forEach(group -> opened.attachGroup(group.iommuGroup()));
        backend = opened;
    }

    /** Any other ioctl is the backend's, and EINVAL as long as there is none. */
    int backendIoctl(int request, IoctlArgument argument) {
        KernelError.requireValid(backend != null);
        return backend.ioctl(request, argument);
    }
}
