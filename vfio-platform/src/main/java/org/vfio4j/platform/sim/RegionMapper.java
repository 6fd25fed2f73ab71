// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.util.List;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.VfioFlags;

/** mmap on a device: vfio_platform_mmap and vfio_platform_mmap_mmio, in their order of checks. */
final class RegionMapper {
    private final List<DeviceRegion> regions;
    private final PhysicalMemory memory;
    private final int pageSize;

    RegionMapper(List<DeviceRegion> regions, PhysicalMemory memory, int pageSize) {
        this.regions = regions;
        this.memory = memory;
        this.pageSize = pageSize;
    }

    ByteBuffer map(long length, int protection, boolean shared, long fileOffset) {
        long index = fileOffset >>> RegionAccessor.INDEX_SHIFT;
        long offset = fileOffset & ((1L << RegionAccessor.INDEX_SHIFT) - 1);
        KernelError.requireValid(shared);
        KernelError.requireValid(index < regions.size());
        DeviceRegion region = regions.get((int) index);
        KernelError.requireValid(region.has(VfioFlags.VFIO_REGION_INFO_FLAG_MMAP));
        KernelError.requireValid(
                region.has(VfioFlags.VFIO_REGION_INFO_FLAG_READ) || (protection & LinuxSyscalls.PROT_READ) == 0);
        KernelError.requireValid(
                region.has(VfioFlags.VFIO_REGION_INFO_FLAG_WRITE) || (protection & LinuxSyscalls.PROT_WRITE) == 0);
        KernelError.requireValid(Long.compareUnsigned(region.size(), pageSize) >= 0
                && Long.compareUnsigned(offset + length, region.size()) <= 0);
        return memory.bytes(region.address() + offset, length);
    }
}
