// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.vfio4j.linux.CloseAll;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.Ioas;
import org.vfio4j.vfio.IovaRange;
import org.vfio4j.vfio.IovaRanges;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.VfioException;

/**
 * DMA of a device: allocates memory and maps it. {@code PlatformDevice.dma} is the easy way to it.
 *
 * <p>It chooses the IOVAs, within the ranges that the kernel says and outside of what is reserved. The address space must
 * be its alone. The IOVAs of the first page are given to who asks for them by {@link DmaRequest#at} only, as to many
 * devices 0 is no address.
 *
 * <p>Safe for use by several threads. Closing it closes the buffers; closing again does nothing.
 */
public final class Dma implements AutoCloseable {
    private final LinuxSyscalls linux;
    private final String device;
    private final IoAddressSpace space;
    private final IovaRanges ranges;
    private final long pageSize;
    /** Guards the three below. It is not held during calls to the kernel, which may take long to lock memory. */
    private final Object lock = new Object();

    private final IovaAllocator iovas;
    private final Set<DmaBuffer> buffers = new HashSet<>();
    private boolean closed;

    private Dma(LinuxSyscalls linux, String device, IoAddressSpace space) throws IOException {
        this.linux = linux;
        this.device = device;
        this.space = space;
        this.ranges = space.ranges();
        this.pageSize = Math.max(linux.pageSize(), ranges.alignment());
        this.iovas = new IovaAllocator(ranges.ranges());
    }

    /**
     * DMA through a container.
     *
     * @param device name of the device, for messages
     * @param container its container, with a backend of type1; it stays its owner's
     * @return DMA without buffers
     * @throws IOException if the kernel does not say the IOVA ranges; {@link VfioException} with ENOTTY without an IOMMU
     */
    public static Dma of(String device, Container container) throws IOException {
        return new Dma(container.descriptor().linux(), device, new IoAddressSpace.OfContainer(container));
    }

    /**
     * DMA through an IO address space of an iommufd.
     *
     * @param device name of the device, for messages
     * @param linux the kernel
     * @param ioas the IO address space, with the device attached; it stays its owner's
     * @return DMA without buffers
     * @throws IOException if the kernel does not say the IOVA ranges
     */
    public static Dma of(String device, LinuxSyscalls linux, Ioas ioas) throws IOException {
        return new Dma(linux, device, new IoAddressSpace.OfIommufd(ioas));
    }

    /** {@return which part of the kernel maps the memory} */
    public DmaStack stack() {
        return space.stack();
    }

    /** {@return where a mapping can be, and what its address and length must be multiples of} */
    public IovaRanges ranges() {
        return ranges;
    }

    /**
     * Allocates memory in ordinary pages, and maps it for reading and writing by the device.
     *
     * @param size bytes, 1 or more
     * @return the memory, zeroed
     * @throws IOException as {@link #allocate(DmaRequest)}
     */
    public DmaBuffer allocate(long size) throws IOException {
        return allocate(DmaRequest.of(size));
    }

    /**
     * Allocates memory and maps it.
     *
     * @param request what memory
     * @return the memory, zeroed
     * @throws VfioException if the kernel has no memory or no huge pages, or does not map it: with ENOMEM for more locked
     *     memory than RLIMIT_MEMLOCK, with ENOSPC for more mappings than a container has
     * @throws IovaSpaceException if there is no free IOVA for it
     * @throws IllegalArgumentException if it is to be at an IOVA that is reserved, in use, no multiple of the page size
     *     or the alignment, or beyond the device's bits of address
     * @throws IllegalStateException if the device is closed
     * @throws IOException one of the above
     */
    public DmaBuffer allocate(DmaRequest request) throws IOException {
        long granule = request.hugePages() ? Math.max(pageSize, DmaPages.HUGE_PAGE) : pageSize;
        long length = (request.size() + granule - 1) & -granule;
        long iova = takeIova(request, length, Math.max(granule, request.alignment()));
        boolean mapped = false;
        DmaPages pages = null;
        ByteBuffer bytes;
        try {
            pages = DmaPages.allocate(linux, device, length, request.hugePages());
            bytes = pages.bytes();
            space.map(iova, pages.address(), length, request.access());
            mapped = true;
        } finally {
            if (!mapped) {
                giveBack(iova, length);
                if (pages != null) {
                    pages.unmap();
                }
            }
        }
        DmaBuffer buffer = DmaBuffer.of(this, pages, bytes, iova, request);
        if (!adopt(buffer)) {
            buffer.close();
            throw closedException();
        }
        return buffer;
    }

    private boolean adopt(DmaBuffer buffer) {
        synchronized (lock) {
            if (!closed) {
                buffers.add(buffer);
            }
            return !closed;
        }
    }

    private long takeIova(DmaRequest request, long length, long alignment) throws IovaSpaceException {
        synchronized (lock) {
            if (closed) {
                throw closedException();
            }
            if (request.iova().isPresent()) {
                return takeGiven(request, length, alignment);
            }
            OptionalLong iova = iovas.take(length, alignment, pageSize, request.lastAddress());
            return iova.orElseThrow(() -> new IovaSpaceException(
                    length, alignment, request.lastAddress(), ranges.ranges().toString()));
        }
    }

    private long takeGiven(DmaRequest request, long length, long alignment) {
        long iova = request.iova().getAsLong();
        IovaRange wanted = new IovaRange(iova, iova + length - 1);
        if ((iova & (alignment - 1)) != 0) {
            throw new IllegalArgumentException("expected an IOVA that is a multiple of 0x" + Long.toHexString(alignment)
                    + ", got 0x" + Long.toHexString(iova));
        }
        if (Long.compareUnsigned(wanted.last(), request.lastAddress()) > 0) {
            throw new IllegalArgumentException(
                    "IOVAs " + wanted + " are beyond the " + request.addressBits() + " bits of address of the device");
        }
        if (!iovas.takeAt(iova, length)) {
            throw new IllegalArgumentException(
                    "IOVAs " + wanted + " are reserved or in use; expected some of " + iovas.free());
        }
        return iova;
    }

    private void giveBack(long iova, long length) {
        synchronized (lock) {
            iovas.giveBack(iova, length);
        }
    }

    private IllegalStateException closedException() {
        return new IllegalStateException("the device " + device + " is closed");
    }

    /** Takes a buffer away from the device. An IOVA that the kernel does not give up is not used again. */
    void unmap(DmaBuffer buffer) {
        synchronized (lock) {
            buffers.remove(buffer);
        }
        long length = buffer.mappedSize();
        try {
            long unmapped = space.unmap(buffer.iova(), length);
            if (unmapped != length) {
                throw new KernelReplyException(
                        space.unmapStep(),
                        device + " " + buffer,
                        "0x" + Long.toHexString(unmapped) + " bytes unmapped where 0x" + Long.toHexString(length)
                                + " were mapped");
            }
        } catch (IOException refused) {
            throw new UncheckedIOException(
                    "a buffer of " + device + " is closed, but the device may reach it until it is closed itself",
                    refused);
        }
        giveBack(buffer.iova(), length);
    }

    /**
     * Closes every buffer, and lets no more be allocated. Closing again does nothing.
     *
     * @throws UncheckedIOException if the kernel does not unmap one. All are closed nevertheless
     */
    @Override
    public void close() {
        List<DmaBuffer> all;
        synchronized (lock) {
            closed = true;
            all = List.copyOf(buffers);
        }
        CloseAll.of(all, DmaBuffer::close);
    }
}
