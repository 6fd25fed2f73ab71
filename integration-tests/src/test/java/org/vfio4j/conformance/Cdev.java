// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The calls to a device that was opened by itself. */
final class Cdev {
    final int fd;
    private final Calls calls;

    private Cdev(Calls calls, int fd) {
        this.calls = calls;
        this.fd = fd;
    }

    static Cdev open(Calls calls, Sysfs sysfs, LabDevice device) {
        return new Cdev(calls, calls.mustOpen(sysfs.deviceFile(device)));
    }

    /** Opens and binds it. */
    static Cdev bound(Calls calls, Sysfs sysfs, LabDevice device, Iommufd iommufd) {
        Cdev cdev = open(calls, sysfs, device);
        assertThat(cdev.bind(iommufd.fd)).as("BIND_IOMMUFD").matches("[0-9]+");
        return cdev;
    }

    static ByteBuffer bindArgument(int argsz, int flags, int iommufd) {
        return Calls.words(24, argsz, flags, iommufd);
    }

    /** The id that it has in the iommufd, or what was said. */
    String bind(int iommufd) {
        ByteBuffer argument = bindArgument(16, 0, iommufd);
        String said = calls.ioctl(fd, VfioIoctl.VFIO_DEVICE_BIND_IOMMUFD, argument);
        return said.equals("ok") ? Integer.toString(argument.getInt(12)) : said;
    }

    /** The id of the page table that it is attached to, or what was said. */
    String attach(int id) {
        ByteBuffer argument = Calls.words(16, 12, 0, id);
        String said = calls.ioctl(fd, VfioIoctl.VFIO_DEVICE_ATTACH_IOMMUFD_PT, argument);
        return said.equals("ok") ? Integer.toString(argument.getInt(8)) : said;
    }

    String detach() {
        return calls.ioctl(fd, VfioIoctl.VFIO_DEVICE_DETACH_IOMMUFD_PT, Calls.words(16, 8, 0));
    }
}
