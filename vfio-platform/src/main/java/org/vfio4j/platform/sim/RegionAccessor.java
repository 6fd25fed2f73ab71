// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;
import java.util.function.Consumer;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioFlags;

/**
 * pread and pwrite on a device: which bytes, and in which accesses (vfio_platform_read_mmio and _write_mmio). An access
 * is 32 bits wide while four bytes are left at a multiple of 4, else 16 while two are left at a multiple of 2, else 8.
 */
final class RegionAccessor {
    /** Where the region's index is in a file offset: VFIO_PLATFORM_OFFSET_SHIFT. */
    static final int INDEX_SHIFT = 40;

    private static final long OFFSET_MASK = (1L << INDEX_SHIFT) - 1;

    private final String device;
    private final List<DeviceRegion> regions;
    private final PhysicalMemory memory;
    private final DeviceModels models;
    private final Consumer<RegisterAccess> log;

    RegionAccessor(
            String device,
            List<DeviceRegion> regions,
            PhysicalMemory memory,
            DeviceModels models,
            Consumer<RegisterAccess> log) {
        this.device = device;
        this.regions = regions;
        this.memory = memory;
        this.models = models;
        this.log = log;
    }

    int access(UserBuffer buffer, long fileOffset, boolean write) {
        long index = fileOffset >>> INDEX_SHIFT;
        long offset = fileOffset & OFFSET_MASK;
        KernelError.requireValid(index < regions.size());
        DeviceRegion region = regions.get((int) index);
        KernelError.requireValid(
                region.has(write ? VfioFlags.VFIO_REGION_INFO_FLAG_WRITE : VfioFlags.VFIO_REGION_INFO_FLAG_READ));
        KernelError.require(region.memory(), Errno.EINVAL);
        KernelError.requireValid(Long.compareUnsigned(offset, region.size()) < 0);
        long left = region.size() - offset;
        int count = Long.compareUnsigned(left, buffer.length()) < 0 ? (int) left : buffer.length();
        for (int done = 0; done < count; ) {
            int width = widthAt(offset + done, count - done);
            accessOnce(buffer, done, (int) index, offset + done, width, write);
            done += width;
        }
        return count;
    }

    private static int widthAt(long offset, int left) {
        if (left >= 4 && offset % 4 == 0) {
            return 4;
        }
        return left >= 2 && offset % 2 == 0 ? 2 : 1;
    }

    private void accessOnce(UserBuffer buffer, int at, int index, long offset, int width, boolean write) {
        long address = regions.get(index).address() + offset;
        long value;
        if (write) {
            value = take(buffer, at, width);
            write(address, width, value);
        } else {
            value = read(address, width);
            give(buffer, at, width, value);
        }
        log.accept(new RegisterAccess(device, index, offset, width, write, value));
    }

    private long read(long address, int width) {
        return models.at(address)
                .map(window -> models.read(window, address, width))
                .orElseGet(() -> memory.read(address, width));
    }

    private void write(long address, int width, long value) {
        models.at(address)
                .ifPresentOrElse(
                        window -> models.write(window, address, width, value),
                        () -> memory.write(address, width, value));
    }

    private static long take(UserBuffer buffer, int at, int width) {
        return switch (width) {
            case 4 -> buffer.getInt(at) & 0xffff_ffffL;
            case 2 -> buffer.getShort(at) & 0xffffL;
            default -> buffer.getByte(at) & 0xffL;
        };
    }

    private static void give(UserBuffer buffer, int at, int width, long value) {
        switch (width) {
            case 4 -> buffer.putInt(at, (int) value);
            case 2 -> buffer.putShort(at, (int) value);
            default -> buffer.putByte(at, (int) value);
        }
    }
}
