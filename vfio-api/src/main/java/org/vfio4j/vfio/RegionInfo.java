// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.vfio.abi.VfioFlags.VFIO_REGION_INFO_FLAG_MMAP;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_REGION_INFO_FLAG_READ;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_REGION_INFO_FLAG_WRITE;

import java.util.List;

/**
 * A region of a device, as {@code VFIO_DEVICE_GET_REGION_INFO} answers it.
 *
 * @param index which region
 * @param flags {@code VFIO_REGION_INFO_FLAG_} of {@code linux/vfio.h}
 * @param size bytes, unsigned
 * @param offset where the region begins in the device's descriptor, for pread, pwrite and mmap; not an address
 * @param capabilities the capability chain, empty for platform devices
 */
public record RegionInfo(int index, int flags, long size, long offset, List<RegionCapability> capabilities) {
    /**
     * Copies the list.
     *
     * @param index which region
     * @param flags flags
     * @param size bytes
     * @param offset offset in the descriptor
     * @param capabilities the capability chain
     */
    public RegionInfo {
        capabilities = List.copyOf(capabilities);
    }

    /** {@return whether the region can be read} */
    public boolean isReadable() {
        return (flags & VFIO_REGION_INFO_FLAG_READ) != 0;
    }

    /** {@return whether the region can be written} */
    public boolean isWritable() {
        return (flags & VFIO_REGION_INFO_FLAG_WRITE) != 0;
    }

    /**
     * Whether the region can be mapped. A platform device's can if its start and size are multiples of the kernel's page
     * size; other ones are accessed with pread and pwrite.
     *
     * @return true if so
     */
    public boolean isMappable() {
        return (flags & VFIO_REGION_INFO_FLAG_MMAP) != 0;
    }
}
