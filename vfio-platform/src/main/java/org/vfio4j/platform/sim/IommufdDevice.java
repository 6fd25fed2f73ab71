// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;

/**
 * A device that is bound to an iommufd (struct iommufd_device, drivers/iommu/iommufd/device.c). It keeps the iommufd open,
 * and the DMA of its group is user space's.
 */
final class IommufdDevice extends IommufdObject {
    private final IommufdFile file;
    private final IommuGroup iommuGroup;
    private final IommufdGroup group;
    private boolean attached;

    private IommufdDevice(IommufdFile file, IommuGroup iommuGroup) {
        this.file = file;
        this.iommuGroup = iommuGroup;
        this.group = file.context().group(iommuGroup);
    }

    /** EPERM if interrupts are not isolated and that is not allowed, or if somebody else has the group. */
    static IommufdDevice bind(IommufdFile file, IommuGroup iommuGroup, boolean unsafeInterrupts) {
        KernelError.require(unsafeInterrupts || iommuGroup.isolatesMsi(), Errno.EPERM);
        iommuGroup.claimDma(file.context());
        IommufdDevice device = file.context().add(new IommufdDevice(file, iommuGroup));
        // The driver uses it until it is unbound, so it cannot be destroyed.
        device.use();
        file.hold();
        return device;
    }

    /** Attaches to an IOAS or a page table, or moves there. Returns the id of the page table. */
    int attach(int id) {
        IommufdObject target = file.context().get(id, IommufdObject.class);
        if (target instanceof Ioas ioas) {
            return attach(ioas);
        }
        KernelError.requireValid(target instanceof HwPageTable);
        change((HwPageTable) target);
        return id;
    }

    /** Any page table that the kernel has made for the IOAS will do; else it makes one. */
    private int attach(Ioas ioas) {
        for (HwPageTable table : ioas.automaticTables()) {
            try {
                change(table);
                return table.id();
            } catch (KernelError refused) {
                if (refused.errno() != Errno.EINVAL) {
                    throw refused;
                }
            }
        }
        HwPageTable made = file.context().add(new HwPageTable(ioas));
        try {
            changeToNew(made);
        } catch (KernelError refused) {
            file.context().remove(made);
            throw refused;
        }
        made.setAutomatic();
        return made.id();
    }

    private void change(HwPageTable table) {
        if (attached) {
            group.replace(table);
        } else {
            group.attach(this, table);
            attached = true;
        }
    }

    // An SMMU's page table comes to be with the first attachment, so that is before it is filled.
    private void changeToNew(HwPageTable table) {
        if (attached) {
            table.fill();
            group.replace(table);
            return;
        }
        change(table);
        try {
            table.fill();
        } catch (KernelError refused) {
            detach();
            throw refused;
        }
    }

    /** What the device finds at an address; null for nothing. */
    DmaTarget translate(long address) {
        return attached ? group.translate(address) : null;
    }

    void detach() {
        if (attached) {
            group.detach(this);
            attached = false;
        }
    }

    void unbind() {
        detach();
        unuse();
        file.context().remove(this);
    }

    @Override
    void destroyed() {
        iommuGroup.releaseDma();
        file.letGo();
    }
}
