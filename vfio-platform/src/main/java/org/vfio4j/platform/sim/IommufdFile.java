// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.HwInfoLayout;
import org.vfio4j.vfio.abi.HwptAllocLayout;
import org.vfio4j.vfio.abi.HwptGetDirtyBitmapLayout;
import org.vfio4j.vfio.abi.HwptSetDirtyTrackingLayout;
import org.vfio4j.vfio.abi.IoasAllocLayout;
import org.vfio4j.vfio.abi.IoasAllowIovasLayout;
import org.vfio4j.vfio.abi.IoasCopyLayout;
import org.vfio4j.vfio.abi.IoasIovaRangesLayout;
import org.vfio4j.vfio.abi.IoasMapLayout;
import org.vfio4j.vfio.abi.IoasUnmapLayout;
import org.vfio4j.vfio.abi.IommuDestroyLayout;
import org.vfio4j.vfio.abi.IommuOptionLayout;
import org.vfio4j.vfio.abi.IommuVfioIoasLayout;
import org.vfio4j.vfio.abi.IommufdIoctl;

/** /dev/iommu, opened: a context of its own at each open, with VFIO's calls to a container beside its own. */
final class IommufdFile extends OpenFile {
    /** IOMMU_FAULT_QUEUE_ALLOC, the last of Linux 6.12. */
    private static final int LAST_NUMBER = 0x8e;
    /** Up to __reserved, as Linux 6.6 had them. */
    private static final int HWPT_ALLOC_MINIMUM = 24;

    private static final int HW_INFO_MINIMUM = 32;

    private final IommufdContext context;
    private final IoasCalls ioas;
    private final HwPageTableCalls tables;
    private final IommufdOptions options;
    private final IommufdCompat compat;

    IommufdFile(IommufdContext context) {
        this.context = context;
        this.ioas = new IoasCalls(context);
        this.tables = new HwPageTableCalls(context);
        this.options = new IommufdOptions(context);
        this.compat = new IommufdCompat(context);
    }

    IommufdContext context() {
        return context;
    }

    @Override
    String description() {
        return "/dev/iommu";
    }

    @Override
    void release() {
        context.release();
    }

    @Override
    int ioctl(int request, IoctlArgument argument) {
        int number = request & 0xff;
        if (number < (IommufdIoctl.IOMMU_DESTROY & 0xff) || number > LAST_NUMBER) {
            return compat.ioctl(request, argument);
        }
        UserBuffer user = argument.memory();
        user.require(Integer.BYTES);
        switch (request) {
            case IommufdIoctl.IOMMU_DESTROY ->
                context.destroy(command(user, IommuDestroyLayout.SIZE).getInt(IommuDestroyLayout.ID));
            case IommufdIoctl.IOMMU_IOAS_ALLOC -> ioas.alloc(command(user, IoasAllocLayout.SIZE));
            case IommufdIoctl.IOMMU_IOAS_ALLOW_IOVAS -> ioas.allowIovas(command(user, IoasAllowIovasLayout.SIZE));
            case IommufdIoctl.IOMMU_IOAS_COPY -> ioas.copy(command(user, IoasCopyLayout.SIZE));
            case IommufdIoctl.IOMMU_IOAS_IOVA_RANGES -> ioas.iovaRanges(command(user, IoasIovaRangesLayout.SIZE));
            case IommufdIoctl.IOMMU_IOAS_MAP -> ioas.map(command(user, IoasMapLayout.SIZE));
            case IommufdIoctl.IOMMU_IOAS_UNMAP -> ioas.unmap(command(user, IoasUnmapLayout.SIZE));
            case IommufdIoctl.IOMMU_HWPT_ALLOC ->
                tables.alloc(IommufdCommand.of(user, HWPT_ALLOC_MINIMUM, HwptAllocLayout.SIZE));
            case IommufdIoctl.IOMMU_GET_HW_INFO ->
                tables.info(IommufdCommand.of(user, HW_INFO_MINIMUM, HwInfoLayout.SIZE));
            case IommufdIoctl.IOMMU_HWPT_SET_DIRTY_TRACKING ->
                tables.setDirtyTracking(command(user, HwptSetDirtyTrackingLayout.SIZE));
            case IommufdIoctl.IOMMU_HWPT_GET_DIRTY_BITMAP ->
                tables.getDirtyBitmap(command(user, HwptGetDirtyBitmapLayout.SIZE));
            case IommufdIoctl.IOMMU_OPTION -> options.run(command(user, IommuOptionLayout.SIZE));
            case IommufdIoctl.IOMMU_VFIO_IOAS -> compat.vfioIoas(command(user, IommuVfioIoasLayout.SIZE));
            default -> throw new KernelError(Errno.ENOTTY);
        }
        return 0;
    }

    private static IommufdCommand command(UserBuffer user, int size) {
        return IommufdCommand.of(user, size, size);
    }
}
