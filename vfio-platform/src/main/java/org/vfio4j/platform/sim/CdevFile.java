// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.DeviceAttachIommufdPtLayout;
import org.vfio4j.vfio.abi.DeviceBindIommufdLayout;
import org.vfio4j.vfio.abi.DeviceDetachIommufdPtLayout;
import org.vfio4j.vfio.abi.VfioIoctl;

/** /dev/vfio/devices/vfioN, opened: nothing but to be bound can be done with it before (drivers/vfio/device_cdev.c). */
final class CdevFile extends DeviceFile {
    private final VfioDevice device;
    private final FileTable files;
    private IommufdFile iommufd;

    CdevFile(VfioDevice device, FileTable files) {
        super(device);
        this.device = device;
        this.files = files;
    }

    @Override
    String description() {
        return "/dev/vfio/devices/" + device.cdevName();
    }

    @Override
    void release() {
        if (iommufd != null) {
            device.close();
            device.group().unblock();
            iommufd.letGo();
        }
        device.cdevClosed();
    }

    @Override
    void requireAccess() {
        KernelError.requireValid(iommufd != null);
    }

    @Override
    int ioctl(int request, IoctlArgument argument) {
        switch (request) {
            case VfioIoctl.VFIO_DEVICE_BIND_IOMMUFD -> bind(argument.memory());
            case VfioIoctl.VFIO_DEVICE_ATTACH_IOMMUFD_PT -> attach(argument.memory());
            case VfioIoctl.VFIO_DEVICE_DETACH_IOMMUFD_PT -> detach(argument.memory());
            default -> {
                return super.ioctl(request, argument);
            }
        }
        return 0;
    }

    private void bind(UserBuffer bind) {
        requireArgsz(bind, DeviceBindIommufdLayout.MINIMUM_SIZE);
        int fd = bind.getInt(DeviceBindIommufdLayout.IOMMUFD);
        KernelError.requireValid(bind.getInt(DeviceBindIommufdLayout.FLAGS) == 0 && fd >= 0);
        device.group().block();
        try {
            KernelError.requireValid(iommufd == null);
            if (!(files.get(fd) instanceof IommufdFile file)) {
                throw new KernelError(Errno.EBADFD);
            }
            int id = device.openCdev(file);
            bind.putInt(DeviceBindIommufdLayout.OUT_DEVID, id);
            file.hold();
            iommufd = file;
        } catch (KernelError refused) {
            device.group().unblock();
            throw refused;
        }
    }

    private void attach(UserBuffer attach) {
        requireAccess();
        requireArgsz(attach, DeviceAttachIommufdPtLayout.MINIMUM_SIZE);
        KernelError.requireValid(attach.getInt(DeviceAttachIommufdPtLayout.FLAGS) == 0);
        int table = device.binding().attach(attach.getInt(DeviceAttachIommufdPtLayout.PT_ID));
        attach.putInt(DeviceAttachIommufdPtLayout.PT_ID, table);
    }

    private void detach(UserBuffer detach) {
        requireAccess();
        requireArgsz(detach, DeviceDetachIommufdPtLayout.MINIMUM_SIZE);
        KernelError.requireValid(detach.getInt(DeviceDetachIommufdPtLayout.FLAGS) == 0);
        device.binding().detach();
    }
}
