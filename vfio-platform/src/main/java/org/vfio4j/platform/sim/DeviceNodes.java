// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.file.Path;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;

/** open(2) of /dev/iommu, /dev/kvm, of the files in /dev/vfio and of /proc/self/pagemap. */
final class DeviceNodes {
    private static final Path DIRECTORY = Path.of("/dev/vfio");
    private static final Path IOMMUFD = Path.of("/dev/iommu");

    private static final Path KVM = Path.of(Kvm.PATH);

    private static final Path CDEVS = Path.of("/dev/vfio/devices");

    private static final int ACCESS_MODE = 3;
    private static final int O_WRONLY = 1;

    private static final Path PAGEMAP = Path.of("/proc/self/pagemap");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private DeviceNodes() {}

    static OpenFile open(Kernel kernel, String path, int flags) {
        Path normal = Path.of(path).normalize();
        KernelError.require(!normal.equals(DIRECTORY) && !normal.equals(CDEVS), Errno.EISDIR);
        if (normal.equals(IOMMUFD) && kernel.config().iommufd()) {
            require(kernel, SysEntry.Device.IOMMUFD, flags);
            return kernel.newIommufd();
        }
        if (normal.equals(KVM) && kernel.config().kvm()) {
            require(kernel, SysEntry.Device.KVM, flags);
            return new KvmFile(kernel);
        }
        if (CDEVS.equals(normal.getParent())) {
            return openCdev(kernel, normal.getFileName().toString(), flags);
        }
        if (DESCRIPTORS.equals(normal.getParent())) {
            return reopen(kernel, normal.getFileName().toString(), flags);
        }
        if (normal.equals(PAGEMAP)) {
            KernelError.require(
                    (flags & ACCESS_MODE) == LinuxSyscalls.O_RDONLY
                            ? kernel.process().mayReadOwnFile()
                            : kernel.process().has(Capability.CAP_DAC_OVERRIDE),
                    Errno.EACCES);
            return new PageMapFile(kernel);
        }
        KernelError.require(DIRECTORY.equals(normal.getParent()), Errno.ENOENT);
        String name = normal.getFileName().toString();
        if (name.equals("vfio")) {
            require(kernel, SysEntry.Device.CONTAINER, flags);
            return new ContainerFile(kernel.newContainer());
        }
        VfioGroup group = kernel.vfio().groups().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new KernelError(Errno.ENOENT));
        require(kernel, SysEntry.Device.GROUP_OR_DEVICE, flags);
        return group.open(kernel.files(), kernel.process());
    }

    private static OpenFile openCdev(Kernel kernel, String name, int flags) {
        VfioDevice device = kernel.vfio().devices().stream()
                .filter(candidate -> candidate.hasCdev() && candidate.cdevName().equals(name))
                .findFirst()
                .orElseThrow(() -> new KernelError(Errno.ENOENT));
        require(kernel, SysEntry.Device.GROUP_OR_DEVICE, flags);
        return device.cdevOpened();
    }

    private static OpenFile reopen(Kernel kernel, String descriptor, int flags) {
        KernelError.require(descriptor.matches("0|[1-9][0-9]{0,8}"), Errno.ENOENT);
        OpenFile open =
                kernel.files().find(Integer.parseInt(descriptor)).orElseThrow(() -> new KernelError(Errno.ENOENT));
        require(kernel, open instanceof GroupFile ? SysEntry.Device.GROUP_OR_DEVICE : SysEntry.Device.CONTAINER, flags);
        return open.reopen(kernel);
    }

    private static void require(Kernel kernel, SysEntry.Device device, int flags) {
        int wanted = switch (flags & ACCESS_MODE) {
            case LinuxSyscalls.O_RDONLY -> 4;
            case O_WRONLY -> 2;
            default -> 6;
        };
        KernelError.require(kernel.process().credentials().mayOpen(device.mode(), wanted), Errno.EACCES);
    }
}
