// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.vfio.abi.VfioFlags;
import org.vfio4j.vfio.abi.VfioIoctl;

/** /dev/vfio/vfio, opened: a container of its own at each open. */
final class ContainerFile extends OpenFile {
    private final Container container;

    ContainerFile(Container container) {
        this.container = container;
    }

    Container container() {
        return container;
    }

    @Override
    String description() {
        return "/dev/vfio/vfio";
    }

    @Override
    OpenFile reopen(Kernel kernel) {
        return new ContainerFile(kernel.newContainer());
    }

    @Override
    int ioctl(int request, IoctlArgument argument) {
        return switch (request) {
            case VfioIoctl.VFIO_GET_API_VERSION -> VfioFlags.VFIO_API_VERSION;
            case VfioIoctl.VFIO_CHECK_EXTENSION -> container.checkExtension(argument.value());
            case VfioIoctl.VFIO_SET_IOMMU -> {
                container.setIommu(argument.value());
                yield 0;
            }
            default -> container.backendIoctl(request, argument);
        };
    }
}
