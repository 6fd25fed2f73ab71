// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.vfio.abi.VfioFlags;

/**
 * A region as vfio_platform_regions_init makes it (drivers/vfio/platform/vfio_platform_common.c).
 *
 * @param address physical address, unsigned
 * @param size bytes, unsigned
 * @param memory false for I/O ports, which vfio-platform lists and does not let anybody use
 * @param flags VFIO_REGION_INFO_FLAG_ bits
 */
record DeviceRegion(long address, long size, boolean memory, int flags) {
    static DeviceRegion of(RegionMapping mapping, int pageSize) {
        if (mapping.space() != AddressSpace.MEMORY) {
            return new DeviceRegion(mapping.physicalAddress(), mapping.size(), false, 0);
        }
        int flags = VfioFlags.VFIO_REGION_INFO_FLAG_READ | VfioFlags.VFIO_REGION_INFO_FLAG_WRITE;
        if (((mapping.physicalAddress() | mapping.size()) & (pageSize - 1)) == 0) {
            flags |= VfioFlags.VFIO_REGION_INFO_FLAG_MMAP;
        }
        return new DeviceRegion(mapping.physicalAddress(), mapping.size(), true, flags);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
