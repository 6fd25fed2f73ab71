// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * An IOMMU group in an iommufd: its devices are attached to one page table all together, and each keeps its reserved
 * ranges free there (struct iommufd_group, drivers/iommu/iommufd/device.c).
 */
final class IommufdGroup {
    /** Where Linux maps the doorbell of message-signalled interrupts behind an SMMU. */
    private static final List<IovaRange> MSI_WINDOW = List.of(new IovaRange(0x800_0000L, 0x80f_ffffL));

    private final IommufdContext context;
    private final List<IommufdDevice> attached = new ArrayList<>();
    private HwPageTable table;

    IommufdGroup(IommufdContext context) {
        this.context = context;
    }

    /** EINVAL if another device of the group is attached elsewhere. */
    void attach(IommufdDevice device, HwPageTable target) {
        KernelError.requireValid(table == null || table == target);
        target.ioas().pageTable().reserve(device, MSI_WINDOW);
        table = target;
        target.use();
        attached.add(device);
    }

    void detach(IommufdDevice device) {
        HwPageTable old = table;
        attached.remove(device);
        if (attached.isEmpty()) {
            table = null;
        }
        old.ioas().pageTable().unreserve(device);
        old.unuse();
        removeIfIdle(old);
    }

    /** All devices of the group go with the one that is attached anew. */
    void replace(HwPageTable target) {
        HwPageTable old = table;
        if (old == target) {
            return;
        }
        if (old.ioas() != target.ioas()) {
            move(old.ioas().pageTable(), target.ioas().pageTable());
        }
        table = target;
        attached.forEach(device -> {
            target.use();
            old.unuse();
        });
        removeIfIdle(old);
    }

    /** What the devices find at an address; null for nothing. */
    DmaTarget translate(long address) {
        return table == null ? null : table.ioas().pageTable().target(address);
    }

    private void move(IoPageTable from, IoPageTable to) {
        try {
            attached.forEach(device -> to.reserve(device, MSI_WINDOW));
        } catch (KernelError refused) {
            attached.forEach(to::unreserve);
            throw refused;
        }
        attached.forEach(from::unreserve);
    }

    private void removeIfIdle(HwPageTable old) {
        if (old.isAutomatic() && !old.isUsed()) {
            context.remove(old);
        }
    }
}
