// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import java.util.ArrayDeque;
import java.util.Deque;
import org.vfio4j.platform.dma.DmaMemory;
import org.vfio4j.samples.virtio.Segment;

/**
 * Memory for the ends of one request: the header, which the device reads before the data, and the status, which it writes
 * after them. Section 5.2.6: type u32, reserved u32, sector u64; status u8.
 */
final class RequestSlot {
    private static final int TYPE = 0;
    private static final int SECTOR = 8;
    private static final int HEADER_SIZE = 16;
    private static final int STATUS = HEADER_SIZE;
    private static final int STATUS_SIZE = 1;
    /** A power of two that has room for both. */
    private static final int SIZE = 32;

    /** The values of the status, section 5.2.6: VIRTIO_BLK_S_OK, _IOERR and _UNSUPP. */
    static final int OK = 0;

    static final int IO_ERROR = 1;
    static final int UNSUPPORTED = 2;
    /** None of the specification: the device has written none. */
    private static final int NO_STATUS = 0xff;

    private final DmaMemory memory;
    private final Segment header;
    private final Segment status;

    private RequestSlot(DmaMemory memory, long address) {
        this.memory = memory;
        this.header = new Segment(address, HEADER_SIZE);
        this.status = new Segment(address + STATUS, STATUS_SIZE);
    }

    /** As many as a page, contiguous for the device, has room for. */
    static Deque<RequestSlot> in(DmaMemory page) {
        long address = page.iova();
        Deque<RequestSlot> slots = new ArrayDeque<>();
        for (long at = 0; at + SIZE <= page.size(); at += SIZE) {
            slots.add(new RequestSlot(page.slice(at, SIZE), address + at));
        }
        return slots;
    }

    void fill(BlockOperation operation, long sector) {
        memory.put32(TYPE, operation.type());
        memory.put64(SECTOR, sector);
        memory.put8(STATUS, NO_STATUS);
    }

    int status() {
        return memory.get8(STATUS);
    }

    Segment headerSegment() {
        return header;
    }

    Segment statusSegment() {
        return status;
    }
}
