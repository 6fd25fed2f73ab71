// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.vfio.abi.VfioFlags.VFIO_GROUP_FLAGS_CONTAINER_SET;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_GROUP_FLAGS_VIABLE;

/**
 * The state of a group, as {@code VFIO_GROUP_GET_STATUS} answers it.
 *
 * @param flags {@code VFIO_GROUP_FLAGS_} of {@code linux/vfio.h}
 */
public record GroupStatus(int flags) {
    /**
     * Whether no driver of the kernel does DMA with a device of the group. Attaching a group that is not viable fails;
     * where iommufd is in use a viable one can be refused too.
     *
     * @return true if so
     */
    public boolean isViable() {
        return (flags & VFIO_GROUP_FLAGS_VIABLE) != 0;
    }

    /** {@return whether the group is attached to a container} */
    public boolean hasContainer() {
        return (flags & VFIO_GROUP_FLAGS_CONTAINER_SET) != 0;
    }
}
