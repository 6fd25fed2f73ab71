// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.platform.dma.DmaMemory;
import org.vfio4j.samples.virtio.Completion;
import org.vfio4j.samples.virtio.DeviceFaultException;
import org.vfio4j.samples.virtio.Segment;
import org.vfio4j.samples.virtio.VirtioDevice;
import org.vfio4j.samples.virtio.VirtioException;
import org.vfio4j.samples.virtio.Virtqueue;
import org.vfio4j.samples.virtio.Waiting;

/**
 * A virtio disk, section 5.2. Data go to and from memory of {@code PlatformDevice.dma} without a copy.
 *
 * <p>{@link #read}, {@link #write} and {@link #flush} return when it is done; they make several requests of a large
 * transfer, as many at a time as the queue has room for. {@link #submit} and {@link #await} are for who wants requests in
 * flight: their memory must stay allocated until they are done, or the disk is closed.
 *
 * <p>Sectors have 512 bytes, whatever the {@link #blockSize}. To be used by one thread at a time.
 */
public final class VirtioBlk implements AutoCloseable {
    /** The number of section 5. */
    public static final int DEVICE_TYPE = 2;

    /** What {@link #sectors} counts, in bytes. */
    public static final int SECTOR = DiskGeometry.SECTOR;

    private static final int REQUEST_QUEUE = 0;
    /** Header and status. */
    private static final int SEGMENTS_BESIDE_DATA = 2;

    private static final long FEATURES = DiskGeometry.SIZE_MAX
            | DiskGeometry.SEG_MAX
            | DiskGeometry.READ_ONLY
            | DiskGeometry.BLOCK_SIZE
            | DiskGeometry.FLUSH;

    private final VirtioDevice device;
    private final Virtqueue<BlockRequest> queue;
    private final Deque<RequestSlot> slots;
    private DiskGeometry geometry;

    private VirtioBlk(VirtioDevice device) throws IOException {
        this.device = device;
        this.queue = device.queue(REQUEST_QUEUE);
        if (queue.size() <= SEGMENTS_BESIDE_DATA) {
            throw new VirtioException(
                    device.name() + ": expected a queue of 4 descriptors or more, got " + queue.size());
        }
        this.slots = RequestSlot.in(device.takePage());
        this.geometry = DiskGeometry.of(device);
        device.start();
    }

    /**
     * Opens a disk; waits for interrupts, and at most 30 seconds for a request.
     *
     * @param platform the device, which stays its owner's
     * @return the disk
     * @throws VirtioException if it is no virtio disk, or driver and device do not fit
     * @throws IOException if the kernel refuses something
     */
    public static VirtioBlk open(PlatformDevice platform) throws IOException {
        return open(platform, Waiting.forInterrupts(Duration.ofSeconds(30)));
    }

    /**
     * Opens a disk.
     *
     * @param platform the device, which stays its owner's
     * @param waiting how to wait for requests
     * @return the disk
     * @throws VirtioException if it is no virtio disk, or driver and device do not fit
     * @throws IOException if the kernel refuses something
     */
    public static VirtioBlk open(PlatformDevice platform, Waiting waiting) throws IOException {
        VirtioDevice device = VirtioDevice.open(platform, DEVICE_TYPE, FEATURES, waiting);
        try {
            return new VirtioBlk(device);
        } catch (IOException | RuntimeException failure) {
            try (device) {
                throw failure;
            }
        }
    }

    /** {@return how many sectors of 512 bytes the disk has} */
    public long sectors() {
        return geometry.sectors();
    }

    /** {@return the bytes that sectors and lengths of all requests are multiples of: a power of two, 512 or more} */
    public int blockSize() {
        return geometry.blockSize();
    }

    /** {@return whether nothing can be written} */
    public boolean isReadOnly() {
        return device.has(DiskGeometry.READ_ONLY);
    }

    /** {@return whether the disk has a cache that {@link #flush} writes back; without one, what is written is safe} */
    public boolean hasCache() {
        return device.has(DiskGeometry.FLUSH);
    }

    /**
     * Allocates memory for data, see {@link VirtioDevice#allocate}. Other memory of {@code PlatformDevice.dma} will do.
     *
     * @param size bytes, 1 or more
     * @return the memory, zeroed
     * @throws IOException if the kernel has none
     */
    public DmaBuffer allocate(long size) throws IOException {
        return device.allocate(size);
    }

    /**
     * Reads sectors.
     *
     * @param sector the first
     * @param memory receives them, of a multiple of the block size
     * @throws BlockRequestException if the disk does not read them all; the memory has what it read
     * @throws VirtioException if the device does not answer or breaks the rules, or did so earlier
     * @throws IOException if the kernel refuses something
     */
    public void read(long sector, DmaMemory memory) throws IOException {
        transfer(BlockOperation.READ, sector, memory);
    }

    /**
     * Writes sectors. They may be in a cache of the disk afterwards.
     *
     * @param sector the first
     * @param memory what to write, of a multiple of the block size
     * @throws BlockRequestException if the disk does not write them all
     * @throws VirtioException if the device does not answer or breaks the rules, or did so earlier
     * @throws IOException if the kernel refuses something
     * @throws UnsupportedOperationException if the disk is read-only
     */
    public void write(long sector, DmaMemory memory) throws IOException {
        transfer(BlockOperation.WRITE, sector, memory);
    }

    /**
     * Makes what was written safe; does nothing if the disk has no cache. Requests in flight are not among it.
     *
     * @throws BlockRequestException if the disk does not do it
     * @throws VirtioException if the device does not answer or breaks the rules, or did so earlier
     * @throws IOException if the kernel refuses something
     */
    public void flush() throws IOException {
        if (hasCache()) {
            makeRoom(SEGMENTS_BESIDE_DATA);
            BlockRequest request = add(BlockOperation.FLUSH, new Extent(0, 0, List.of()));
            device.notify(queue);
            await(request);
        }
    }

    /**
     * Gives a request to the disk and does not wait for it. If the queue is full, it waits for others first.
     *
     * @param operation to read or to write
     * @param sector the first sector
     * @param memory the data, of a multiple of the block size, and in no more segments than {@link #maximumSegments}
     * @return the request
     * @throws IllegalArgumentException if one request cannot do this
     * @throws VirtioException if the device does not answer or breaks the rules, or did so earlier
     * @throws IOException if the kernel refuses something
     * @throws UnsupportedOperationException if it is to write and the disk is read-only
     */
    public BlockRequest submit(BlockOperation operation, long sector, DmaMemory memory) throws IOException {
        List<Extent> extents = extents(operation, sector, memory);
        if (extents.size() != 1) {
            throw new IllegalArgumentException("expected data that one request can have, of at most "
                    + maximumSegments() + " segments; got " + memory);
        }
        makeRoom(extents.get(0).segments().size() + SEGMENTS_BESIDE_DATA);
        BlockRequest request = add(operation, extents.get(0));
        device.notify(queue);
        return request;
    }

    /** {@return how many segments the memory of one request can have} */
    public int maximumSegments() {
        return Math.min(geometry.maximumSegments(), queue.size() - SEGMENTS_BESIDE_DATA);
    }

    /**
     * Waits until the disk is done with a request.
     *
     * @param request what {@link #submit} gave
     * @throws BlockRequestException if the disk did not do it
     * @throws VirtioException if the device does not answer or breaks the rules, or did so earlier
     * @throws IOException if the kernel refuses something
     */
    public void await(BlockRequest request) throws IOException {
        while (!request.isDone()) {
            completeOne();
        }
        request.requireSuccess();
    }

    private void transfer(BlockOperation operation, long sector, DmaMemory memory) throws IOException {
        List<BlockRequest> requests = new ArrayList<>();
        for (Extent extent : extents(operation, sector, memory)) {
            makeRoom(extent.segments().size() + SEGMENTS_BESIDE_DATA);
            requests.add(add(operation, extent));
            device.notify(queue);
        }
        // All of them, before one throws: the memory is the caller's again then.
        for (BlockRequest request : requests) {
            while (!request.isDone()) {
                completeOne();
            }
        }
        for (BlockRequest request : requests) {
            request.requireSuccess();
        }
    }

    private List<Extent> extents(BlockOperation operation, long sector, DmaMemory memory) throws IOException {
        if (device.takeConfigurationChange()) {
            geometry = DiskGeometry.of(device);
        }
        if (operation == BlockOperation.FLUSH) {
            throw new IllegalArgumentException("expected to read or to write; there is a method to flush");
        }
        if (operation == BlockOperation.WRITE && isReadOnly()) {
            throw new UnsupportedOperationException(device.name() + ": the disk is read-only");
        }
        int blockSize = geometry.blockSize();
        if (memory.size() == 0 || memory.size() % blockSize != 0 || sector % (blockSize / SECTOR) != 0) {
            throw new IllegalArgumentException("expected whole blocks of %d bytes, got %d bytes at sector %d"
                    .formatted(blockSize, memory.size(), sector));
        }
        if (sector < 0 || sector > geometry.sectors() - memory.size() / SECTOR) {
            throw new IllegalArgumentException("expected sectors of the %d of the disk, got %d bytes at sector %d"
                    .formatted(geometry.sectors(), memory.size(), sector));
        }
        return Extent.split(sector, Segment.of(memory), geometry, maximumSegments());
    }

    private void makeRoom(int segments) throws IOException {
        while (queue.free() < segments) {
            completeOne();
        }
    }

    /** Each request in flight has two descriptors or more, and there are more slots than half a queue. */
    private BlockRequest add(BlockOperation operation, Extent extent) throws VirtioException {
        device.requireUsable();
        RequestSlot slot = slots.remove();
        slot.fill(operation, extent.sector());
        List<Segment> readable = new ArrayList<>(List.of(slot.headerSegment()));
        List<Segment> writable = new ArrayList<>();
        (operation == BlockOperation.READ ? writable : readable).addAll(extent.segments());
        writable.add(slot.statusSegment());
        BlockRequest request = new BlockRequest(operation, extent.sector(), extent.length(), slot);
        queue.add(request, readable, writable);
        return request;
    }

    private void completeOne() throws IOException {
        Completion<BlockRequest> completion = device.await(queue);
        BlockRequest request = completion.request();
        int status = request.slot().status();
        slots.add(request.slot());
        request.complete(
                switch (status) {
                    case RequestSlot.OK -> null;
                    case RequestSlot.IO_ERROR, RequestSlot.UNSUPPORTED ->
                        BlockRequestException.of(device.name(), request, status);
                    default -> throw broken(request + " ended with status " + status);
                });
        long expected = (request.operation() == BlockOperation.READ ? request.length() : 0) + 1L;
        if (status == RequestSlot.OK && device.hasReliableLengths() && completion.written() != expected) {
            throw broken("after " + request + " the device says that it wrote " + completion.written()
                    + " bytes, and not " + expected);
        }
    }

    private DeviceFaultException broken(String what) {
        DeviceFaultException fault = new DeviceFaultException(device.name() + ": " + what);
        device.fail(fault);
        return fault;
    }

    /**
     * Resets the disk, and gives the memory of the driver back. Requests in flight may have been done or not. Closing
     * again does nothing.
     *
     * @throws VirtioException if the device does not become reset
     */
    @Override
    public void close() throws VirtioException {
        device.close();
    }
}
