// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.file.Path;
import org.vfio4j.linux.Errno;

/** open(2) of the files in /dev/vfio. */
final class DeviceNodes {
    private static final Path DIRECTORY = Path.of("/dev/vfio");

    private DeviceNodes() {}

    static OpenFile open(Kernel kernel, String path) {
        Path normal = Path.of(path).normalize();
        KernelError.require(!normal.equals(DIRECTORY), Errno.EISDIR);
        KernelError.require(DIRECTORY.equals(normal.getParent()), Errno.ENOENT);
        String name = normal.getFileName().toString();
        if (name.equals("vfio")) {
            return new ContainerFile(kernel.newContainer());
        }
        VfioGroup group = kernel.vfio().groups().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new KernelError(Errno.ENOENT));
        // The node of a group is 0600 and root's.
        KernelError.require(kernel.config().superuser(), Errno.EACCES);
        return group.open(kernel.files(), kernel.config().rawIo());
    }
}
