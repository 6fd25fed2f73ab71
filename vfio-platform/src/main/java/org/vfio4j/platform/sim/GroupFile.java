// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.GroupStatusLayout;
import org.vfio4j.vfio.abi.VfioFlags;
import org.vfio4j.vfio.abi.VfioIoctl;

/** /dev/vfio/N, opened. */
final class GroupFile extends OpenFile {
    /** The longest device name, with its NUL: the kernel's PAGE_SIZE, of which 4096 is the smallest. */
    private static final int NAME_LIMIT = 4096;

    private final VfioGroup group;
    private final FileTable files;

    GroupFile(VfioGroup group, FileTable files) {
        this.group = group;
        this.files = files;
    }

    @Override
    String description() {
        return "/dev/vfio/" + group.name();
    }

    @Override
    OpenFile reopen(Kernel kernel) {
        return group.open(kernel.files(), kernel.process());
    }

    @Override
    void release() {
        group.released();
    }

    @Override
    int ioctl(int request, IoctlArgument argument) {
        return switch (request) {
            case VfioIoctl.VFIO_GROUP_GET_STATUS -> getStatus(argument.memory());
            case VfioIoctl.VFIO_GROUP_SET_CONTAINER -> setContainer(argument.memory());
            case VfioIoctl.VFIO_GROUP_UNSET_CONTAINER -> {
                group.unsetContainer();
                yield 0;
            }
            case VfioIoctl.VFIO_GROUP_GET_DEVICE_FD -> getDeviceFd(argument.memory());
            default -> super.ioctl(request, argument);
        };
    }

    private int getStatus(UserBuffer status) {
        status.require(GroupStatusLayout.SIZE);
        KernelError.requireValid(
                Integer.compareUnsigned(status.getInt(GroupStatusLayout.ARGSZ), GroupStatusLayout.SIZE) >= 0);
        KernelError.require(group.iommuGroup() != null, Errno.ENODEV);
        int flags = 0;
        if (group.hasContainer()) {
            flags = VfioFlags.VFIO_GROUP_FLAGS_CONTAINER_SET | VfioFlags.VFIO_GROUP_FLAGS_VIABLE;
        } else if (!group.iommuGroup().isDmaOwned()) {
            flags = VfioFlags.VFIO_GROUP_FLAGS_VIABLE;
        }
        status.putInt(GroupStatusLayout.FLAGS, flags);
        return 0;
    }

    private int setContainer(UserBuffer argument) {
        OpenFile file = files.get(argument.getInt(0));
        KernelError.requireValid(!group.hasContainer());
        KernelError.require(group.iommuGroup() != null, Errno.ENODEV);
        if (file instanceof ContainerFile containerFile) {
            group.attach(containerFile.container());
        } else if (file instanceof IommufdFile iommufd) {
            group.attach(iommufd);
        } else {
            throw new KernelError(Errno.EBADFD);
        }
        return 0;
    }

    private int getDeviceFd(UserBuffer name) {
        VfioDevice device = group.device(name.getString(NAME_LIMIT));
        // Linux reserves the descriptor before it opens the device.
        files.lowestFree();
        device.open();
        return files.install(new DeviceFile(device));
    }
}
