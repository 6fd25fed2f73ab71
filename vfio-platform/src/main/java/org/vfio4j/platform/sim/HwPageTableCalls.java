// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.HwInfoLayout;
import org.vfio4j.vfio.abi.HwptAllocLayout;
import org.vfio4j.vfio.abi.HwptGetDirtyBitmapLayout;
import org.vfio4j.vfio.abi.HwptSetDirtyTrackingLayout;
import org.vfio4j.vfio.abi.IommufdFlags;

/**
 * The calls to page tables of an iommufd (drivers/iommu/iommufd/hw_pagetable.c) over an SMMU that can neither nest them
 * nor track what devices write.
 */
final class HwPageTableCalls {
    /** Offsets of __reserved, which must be 0. */
    private static final int RESERVED_OF_ALLOC = 20;

    private static final int RESERVED_OF_BITMAP = 12;
    /** __reserved of struct iommu_hw_info: three bytes behind out_max_pasid_log2. */
    private static final int RESERVED_OF_INFO = 29;

    private final IommufdContext context;

    HwPageTableCalls(IommufdContext context) {
        this.context = context;
    }

    /** An SMMU says nothing of itself: no type, no data, no capabilities. */
    void info(IommufdCommand command) {
        requireZero(command.getInt(HwInfoLayout.FLAGS));
        for (int i = 0; i < 3; i++) {
            requireZero(command.getByte(RESERVED_OF_INFO + i));
        }
        context.get(command.getInt(HwInfoLayout.DEV_ID), IommufdDevice.class);
        long length = Integer.toUnsignedLong(command.getInt(HwInfoLayout.DATA_LEN));
        UserBuffer data = context.memory().at(command.getLong(HwInfoLayout.DATA_UPTR));
        for (int i = 0; i < length; i++) {
            data.putByte(i, 0);
        }
        command.putInt(HwInfoLayout.DATA_LEN, 0);
        command.putInt(HwInfoLayout.OUT_DATA_TYPE, 0);
        command.putLong(HwInfoLayout.OUT_CAPABILITIES, 0);
        command.respond();
    }

    void alloc(IommufdCommand command) {
        requireZero(command.getInt(RESERVED_OF_ALLOC));
        boolean typed = command.getInt(HwptAllocLayout.DATA_TYPE) != 0;
        boolean data = command.getInt(HwptAllocLayout.DATA_LEN) != 0;
        KernelError.requireValid(typed == data);
        context.get(command.getInt(HwptAllocLayout.DEV_ID), IommufdDevice.class);
        IommufdObject parent = context.find(command.getInt(HwptAllocLayout.PT_ID));
        KernelError.requireValid(parent instanceof Ioas || parent instanceof HwPageTable);
        KernelError.require(
                parent instanceof Ioas && command.getInt(HwptAllocLayout.FLAGS) == 0 && !data, Errno.EOPNOTSUPP);
        HwPageTable made = context.add(new HwPageTable((Ioas) parent));
        try {
            made.fill();
        } catch (KernelError refused) {
            context.remove(made);
            throw refused;
        }
        command.putInt(HwptAllocLayout.OUT_HWPT_ID, made.id());
        command.respond();
    }

    void setDirtyTracking(IommufdCommand command) {
        int flags = command.getInt(HwptSetDirtyTrackingLayout.FLAGS);
        requireZero(flags & ~IommufdFlags.IOMMU_HWPT_DIRTY_TRACKING_ENABLE);
        refuseTracking(command.getInt(HwptSetDirtyTrackingLayout.HWPT_ID));
    }

    void getDirtyBitmap(IommufdCommand command) {
        int flags = command.getInt(HwptGetDirtyBitmapLayout.FLAGS);
        requireZero(flags & ~IommufdFlags.IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR);
        requireZero(command.getInt(RESERVED_OF_BITMAP));
        refuseTracking(command.getInt(HwptGetDirtyBitmapLayout.HWPT_ID));
    }

    private void refuseTracking(int id) {
        context.get(id, HwPageTable.class);
        throw new KernelError(Errno.EOPNOTSUPP);
    }

    private static void requireZero(int value) {
        KernelError.require(value == 0, Errno.EOPNOTSUPP);
    }
}
