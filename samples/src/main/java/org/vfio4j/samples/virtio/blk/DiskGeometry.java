// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import org.vfio4j.samples.virtio.DeviceFaultException;
import org.vfio4j.samples.virtio.VirtioDevice;

/**
 * What the disk says of itself: {@code struct virtio_blk_config}, section 5.2.4. Which fields are valid, features say.
 *
 * @param sectors how many sectors of 512 bytes it has
 * @param blockSize bytes that every request is a multiple of; a power of two from 512
 * @param maximumSegments how many segments the data of a request can have
 * @param maximumSegmentSize how many bytes a segment can have
 */
record DiskGeometry(long sectors, int blockSize, int maximumSegments, int maximumSegmentSize) {
    /** Whatever its block size, a disk counts in these. */
    static final int SECTOR = 512;

    static final long SIZE_MAX = 1L << 1;
    static final long SEG_MAX = 1L << 2;
    static final long READ_ONLY = 1L << 5;
    static final long BLOCK_SIZE = 1L << 6;
    static final long FLUSH = 1L << 9;

    private static final long CAPACITY_FIELD = 0;
    private static final long SIZE_MAX_FIELD = 8;
    private static final long SEG_MAX_FIELD = 12;
    private static final long BLOCK_SIZE_FIELD = 20;

    /**
     * Reads it.
     *
     * @throws DeviceFaultException if it cannot be so
     */
    static DiskGeometry of(VirtioDevice device) throws DeviceFaultException {
        long sectors = device.config64(CAPACITY_FIELD);
        int blockSize = device.has(BLOCK_SIZE) ? device.config32(BLOCK_SIZE_FIELD) : SECTOR;
        int segments = device.has(SEG_MAX) ? device.config32(SEG_MAX_FIELD) : 1;
        int segmentSize = device.has(SIZE_MAX) ? device.config32(SIZE_MAX_FIELD) : Integer.MAX_VALUE;
        if (blockSize < SECTOR || Integer.bitCount(blockSize) != 1) {
            throw new DeviceFaultException(device.name() + ": the device says that its blocks have "
                    + Integer.toUnsignedString(blockSize) + " bytes");
        }
        if (sectors < 0 || sectors > Long.MAX_VALUE / SECTOR) {
            throw new DeviceFaultException(
                    device.name() + ": the device says that it has " + Long.toUnsignedString(sectors) + " sectors");
        }
        if (segments == 0 || segmentSize == 0) {
            throw new DeviceFaultException(device.name() + ": the device says that a request has at most "
                    + Integer.toUnsignedString(segments) + " segments of " + Integer.toUnsignedString(segmentSize)
                    + " bytes");
        }
        return new DiskGeometry(sectors, blockSize, clamp(segments), clamp(segmentSize));
    }

    /** Numbers are unsigned; more than 2^31 is without limit for us. */
    private static int clamp(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }
}
