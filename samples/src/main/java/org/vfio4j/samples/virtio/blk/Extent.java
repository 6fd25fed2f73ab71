// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import java.util.ArrayList;
import java.util.List;
import org.vfio4j.samples.virtio.Segment;

/**
 * The data of one request: adjacent sectors of the disk, and the memory that they are read to or written from.
 *
 * @param sector the first sector
 * @param length bytes, at most 2^31 - 1
 * @param segments the memory, as long together
 */
record Extent(long sector, int length, List<Segment> segments) {
    /**
     * Makes requests of a transfer that the disk can do.
     *
     * @param sector the first sector
     * @param memory the memory, of a multiple of the block size
     * @param disk what the disk can do
     * @param maximumSegments how many segments a request can have, also for other reasons than the disk's
     * @return the requests, in the order of their sectors
     * @throws IllegalArgumentException if the memory is in so small pieces that one request cannot have a block of it
     */
    static List<Extent> split(long sector, List<Segment> memory, DiskGeometry disk, int maximumSegments) {
        List<Extent> extents = new ArrayList<>();
        List<Segment> now = new ArrayList<>();
        long length = 0;
        long at = sector;
        for (Segment piece : pieces(memory, disk)) {
            if (now.size() == maximumSegments || length + piece.length() > Integer.MAX_VALUE) {
                List<Segment> rest = cutTail(now, (int) (length % disk.blockSize()));
                length -= length % disk.blockSize();
                if (length == 0 || rest.size() == maximumSegments) {
                    throw new IllegalArgumentException("expected memory of which " + maximumSegments
                            + " pieces have a block of " + disk.blockSize() + " bytes");
                }
                extents.add(new Extent(at, (int) length, List.copyOf(now)));
                at += length / DiskGeometry.SECTOR;
                now = rest;
                length = rest.stream().mapToLong(Segment::length).sum();
            }
            now.add(piece);
            length += piece.length();
        }
        extents.add(new Extent(at, (int) length, List.copyOf(now)));
        return extents;
    }

    /** No longer than the disk takes segments. */
    private static List<Segment> pieces(List<Segment> memory, DiskGeometry disk) {
        List<Segment> pieces = new ArrayList<>();
        for (Segment segment : memory) {
            for (int done = 0; done < segment.length(); ) {
                int length = Math.min(segment.length() - done, disk.maximumSegmentSize());
                pieces.add(new Segment(segment.address() + done, length));
                done += length;
            }
        }
        return pieces;
    }

    /** Takes the last bytes away, and gives them. */
    private static List<Segment> cutTail(List<Segment> segments, int bytes) {
        List<Segment> tail = new ArrayList<>();
        int left = bytes;
        while (left > 0) {
            Segment last = segments.remove(segments.size() - 1);
            int kept = Math.max(0, last.length() - left);
            if (kept > 0) {
                segments.add(new Segment(last.address(), kept));
            }
            tail.add(0, new Segment(last.address() + kept, last.length() - kept));
            left -= last.length() - kept;
        }
        return tail;
    }
}
