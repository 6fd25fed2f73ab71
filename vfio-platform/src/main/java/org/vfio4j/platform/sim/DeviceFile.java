// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.DeviceBindIommufdLayout;
import org.vfio4j.vfio.abi.DeviceFeatureLayout;
import org.vfio4j.vfio.abi.DeviceInfoLayout;
import org.vfio4j.vfio.abi.DevtreeInfo;
import org.vfio4j.vfio.abi.IrqInfoLayout;
import org.vfio4j.vfio.abi.RegionInfoLayout;
import org.vfio4j.vfio.abi.VfioFlags;
import org.vfio4j.vfio.abi.VfioIoctl;

/** A device, opened through its group: vfio_platform_ioctl and its neighbours. */
class DeviceFile extends OpenFile {
    private static final int FEATURE_OPERATIONS =
            VfioFlags.VFIO_DEVICE_FEATURE_GET | VfioFlags.VFIO_DEVICE_FEATURE_SET | VfioFlags.VFIO_DEVICE_FEATURE_PROBE;

    private final VfioDevice device;

    DeviceFile(VfioDevice device) {
        this.device = device;
    }

    @Override
    String description() {
        return "anon_inode:[vfio-device]";
    }

    @Override
    void release() {
        device.close();
    }

    /** Refuses what is too early. A device that was opened through its group can be used at once. */
    void requireAccess() {}

    @Override
    int ioctl(int request, IoctlArgument argument) {
        requireAccess();
        UserBuffer memory = argument.memory();
        switch (request) {
            case VfioIoctl.VFIO_DEVICE_GET_INFO -> getInfo(memory);
            case VfioIoctl.VFIO_DEVICE_GET_REGION_INFO -> getRegionInfo(memory);
            case VfioIoctl.VFIO_DEVICE_GET_IRQ_INFO -> getIrqInfo(memory);
            case VfioIoctl.VFIO_DEVICE_SET_IRQS -> device.setIrqs().run(memory);
            case VfioIoctl.VFIO_DEVICE_RESET -> device.reset();
            case VfioIoctl.VFIO_DEVICE_FEATURE -> feature(memory);
            case VfioIoctl.VFIO_DEVICE_BIND_IOMMUFD -> refuseBinding(memory);
            case DevtreeInfo.VFIO_DEVICE_GET_DEVTREE_INFO -> device.giveDevtreeInfo(memory);
            default -> throw new KernelError(Errno.ENOTTY);
        }
        return 0;
    }

    private void getInfo(UserBuffer info) {
        requireArgsz(info, DeviceInfoLayout.MINIMUM_SIZE);
        info.putInt(DeviceInfoLayout.FLAGS, device.flags());
        info.putInt(DeviceInfoLayout.NUM_REGIONS, device.regions().size());
        info.putInt(DeviceInfoLayout.NUM_IRQS, device.irqs().size());
    }

    private void getRegionInfo(UserBuffer info) {
        requireArgsz(info, RegionInfoLayout.SIZE);
        int index = requireIndex(
                info.getInt(RegionInfoLayout.INDEX), device.regions().size());
        DeviceRegion region = device.regions().get(index);
        info.putInt(RegionInfoLayout.FLAGS, region.flags());
        info.putLong(RegionInfoLayout.SIZE_AT, region.size());
        info.putLong(RegionInfoLayout.OFFSET, (long) index << RegionAccessor.INDEX_SHIFT);
    }

    private void getIrqInfo(UserBuffer info) {
        requireArgsz(info, IrqInfoLayout.SIZE);
        int index = requireIndex(info.getInt(IrqInfoLayout.INDEX), device.irqs().size());
        info.putInt(IrqInfoLayout.FLAGS, device.irqs().get(index).flags());
        info.putInt(IrqInfoLayout.COUNT, 1);
    }

    /** vfio_ioctl_device_feature: vfio-platform has no feature, so a request that is well formed is ENOTTY. */
    private static void feature(UserBuffer feature) {
        requireArgsz(feature, DeviceFeatureLayout.SIZE);
        int flags = feature.getInt(DeviceFeatureLayout.FLAGS);
        KernelError.requireValid((flags & ~(VfioFlags.VFIO_DEVICE_FEATURE_MASK | FEATURE_OPERATIONS)) == 0);
        int getAndSet = VfioFlags.VFIO_DEVICE_FEATURE_GET | VfioFlags.VFIO_DEVICE_FEATURE_SET;
        KernelError.requireValid((flags & FEATURE_OPERATIONS) != getAndSet);
        throw new KernelError(Errno.ENOTTY);
    }

    /** Only a device that was opened by itself can be bound. */
    private void refuseBinding(UserBuffer bind) {
        KernelError.require(device.isIommufdThere(), Errno.ENOTTY);
        bind.require(DeviceBindIommufdLayout.MINIMUM_SIZE);
        throw new KernelError(Errno.EINVAL);
    }

    /** The structure must be reachable, and its first word must say that it is long enough. */
    static void requireArgsz(UserBuffer structure, int minimum) {
        structure.require(minimum);
        KernelError.requireValid(Integer.compareUnsigned(structure.getInt(0), minimum) >= 0);
    }

    private static int requireIndex(int index, int count) {
        KernelError.requireValid(Integer.compareUnsigned(index, count) < 0);
        return index;
    }

    @Override
    int read(UserBuffer buffer) {
        // vfio-platform does not move the file position, so read(2) always is at 0.
        return pread(buffer, 0);
    }

    @Override
    int write(UserBuffer buffer) {
        return pwrite(buffer, 0);
    }

    @Override
    int pread(UserBuffer buffer, long offset) {
        requireAccess();
        return device.accessor().access(buffer, offset, false);
    }

    @Override
    int pwrite(UserBuffer buffer, long offset) {
        requireAccess();
        return device.accessor().access(buffer, offset, true);
    }

    @Override
    ByteBuffer mmap(long length, int protection, boolean shared, long offset) {
        requireAccess();
        return device.mapper().map(length, protection, shared, offset);
    }
}
