// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.IommuOptionLayout;
import org.vfio4j.vfio.abi.IommufdFlags;

/** IOMMU_OPTION of an iommufd (iommufd_option, iommufd_option_rlimit_mode and iommufd_ioas_option). */
final class IommufdOptions {
    /** Offset of __reserved, which must be 0. */
    private static final int RESERVED = 10;

    private final IommufdContext context;

    IommufdOptions(IommufdContext context) {
        this.context = context;
    }

    void run(IommufdCommand command) {
        KernelError.require(command.getShort(RESERVED) == 0, Errno.EOPNOTSUPP);
        switch (command.getInt(IommuOptionLayout.OPTION_ID)) {
            case IommufdFlags.IOMMU_OPTION_RLIMIT_MODE -> limitMode(command);
            case IommufdFlags.IOMMU_OPTION_HUGE_PAGES -> largePages(command);
            default -> throw new KernelError(Errno.EOPNOTSUPP);
        }
        command.respondLong(IommuOptionLayout.VAL64);
    }

    private void limitMode(IommufdCommand command) {
        KernelError.require(command.getInt(IommuOptionLayout.OBJECT_ID) == 0, Errno.EOPNOTSUPP);
        if (isGet(command)) {
            command.putLong(IommuOptionLayout.VAL64, context.isCountedForProcess() ? 1 : 0);
            return;
        }
        context.process().require(Capability.CAP_SYS_RESOURCE);
        context.countForProcess(() -> flag(command));
    }

    private void largePages(IommufdCommand command) {
        IoPageTable pageTable = context.get(command.getInt(IommuOptionLayout.OBJECT_ID), Ioas.class)
                .pageTable();
        if (isGet(command)) {
            command.putLong(IommuOptionLayout.VAL64, pageTable.hasLargePages() ? 1 : 0);
        } else if (flag(command)) {
            pageTable.enableLargePages();
        } else {
            pageTable.disableLargePages();
        }
    }

    private static boolean isGet(IommufdCommand command) {
        int op = command.getShort(IommuOptionLayout.OP);
        KernelError.require(
                op == IommufdFlags.IOMMU_OPTION_OP_GET || op == IommufdFlags.IOMMU_OPTION_OP_SET, Errno.EOPNOTSUPP);
        return op == IommufdFlags.IOMMU_OPTION_OP_GET;
    }

    private static boolean flag(IommufdCommand command) {
        long value = command.getLong(IommuOptionLayout.VAL64);
        KernelError.requireValid(value == 0 || value == 1);
        return value == 1;
    }
}
