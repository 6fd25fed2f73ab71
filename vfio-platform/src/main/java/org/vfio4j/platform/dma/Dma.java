// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vfio4j.linux.CloseAll;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.Ioas;
import org.vfio4j.vfio.IovaRanges;
import org.vfio4j.vfio.VfioException;

/**
 * DMA of a device: allocates memory and maps it. {@code PlatformDevice.dma} is the easy way to it. A device without an
 * IOMMU takes physical addresses instead, if that was asked for: see {@link DmaStack#NOIOMMU}.
 *
 * <p>It chooses the IOVAs, within the ranges that the kernel says and outside of what is reserved. The address space must
 * be its alone. The IOVAs of the first page are given to who asks for them by {@link DmaRequest#at} only, as to many
 * devices 0 is no address.
 *
 * <p>Safe for use by several threads. Closing it closes the buffers; closing again does nothing.
 */
public final class Dma implements AutoCloseable {
    private final String device;
    private final DmaBacking backing;
    /** Guards the two below. It is not held during calls to the kernel. */
    private final Object lock = new Object();

    private final Set<DmaBuffer> buffers = new HashSet<>();
    private final Set<DmaMapping> mappings = new HashSet<>();
    private boolean closed;

    private Dma(String device, DmaBacking backing) {
        this.device = device;
        this.backing = backing;
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
        LinuxSyscalls linux = container.descriptor().linux();
        return new Dma(device, new MappedMemory(linux, device, new IoAddressSpace.OfContainer(container)));
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
        return new Dma(device, new MappedMemory(linux, device, new IoAddressSpace.OfIommufd(ioas)));
    }

    /**
     * DMA with physical addresses. Nothing confines the device: read {@link DmaStack#NOIOMMU} first.
     *
     * @param name name of the device, for messages
     * @param device the device, of a group without IOMMU; it stays its owner's. Once it is closed, closing this gives the
     *     memory back
     * @param windows what memory the device reaches and where, as its bus has it; empty for all, at the CPU's addresses
     * @return DMA without buffers
     */
    public static Dma withoutIommu(String name, Device device, List<DmaWindow> windows) {
        return new Dma(name, new PhysicalMemory(name, device, windows));
    }

    /** {@return which part of the kernel maps the memory} */
    public DmaStack stack() {
        return backing.stack();
    }

    /**
     * Where a mapping can be.
     *
     * @return the ranges, and what the address and length of a mapping must be multiples of; without an IOMMU there are no
     *     mappings and no ranges
     */
    public IovaRanges ranges() {
        return backing.ranges();
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
     * @throws PhysicalAddressException if without an IOMMU it is not where the device needs it
     * @throws IllegalArgumentException if it is to be at an IOVA that is reserved, in use, no multiple of the page size
     *     or the alignment, or beyond the device's bits of address; at any without an IOMMU
     * @throws IllegalStateException if the device is closed
     * @throws IOException one of the above
     */
    public DmaBuffer allocate(DmaRequest request) throws IOException {
        requireOpen();
        DmaBuffer buffer = backing.allocate(this, request);
        if (!adopt(buffers, buffer)) {
            buffer.close();
            throw closedException();
        }
        return buffer;
    }

    /**
     * Maps memory that is there already, such as a guest's, at an address that is given. It is locked while it is mapped,
     * and stays its owner's, who must not free it before the mapping is closed.
     *
     * @param iova address of the first byte for the device, unsigned, a multiple of the page size
     * @param address address of the memory in this process, a multiple of the page size
     * @param length bytes, a multiple of the page size
     * @param access what the device may do
     * @return the mapping
     * @throws VfioException if the kernel does not map it: with ENOMEM for more locked memory than RLIMIT_MEMLOCK, with
     *     ENOSPC for more mappings than a container has
     * @throws IllegalArgumentException if a number is no such multiple, or the IOVAs are reserved or in use
     * @throws UnsupportedOperationException if the device has no IOMMU
     * @throws IllegalStateException if the device is closed
     * @throws IOException one of the above
     */
    public DmaMapping map(long iova, long address, long length, DmaAccess access) throws IOException {
        requireOpen();
        backing.map(iova, address, length, access);
        DmaMapping mapping = new DmaMapping(this, iova, length);
        if (!adopt(mappings, mapping)) {
            mapping.close();
            throw closedException();
        }
        return mapping;
    }

    private void requireOpen() {
        synchronized (lock) {
            if (closed) {
                throw closedException();
            }
        }
    }

    private <M> boolean adopt(Set<M> books, M memory) {
        synchronized (lock) {
            if (!closed) {
                books.add(memory);
            }
            return !closed;
        }
    }

    private IllegalStateException closedException() {
        return new IllegalStateException("the device " + device + " is closed");
    }

    /** A buffer was closed. */
    void freed(DmaBuffer buffer) {
        synchronized (lock) {
            buffers.remove(buffer);
        }
        backing.free(buffer);
    }

    /** A mapping was closed. */
    void unmapped(DmaMapping mapping) {
        synchronized (lock) {
            mappings.remove(mapping);
        }
        backing.unmap(mapping);
    }

    /**
     * Closes every buffer and mapping, and lets no more be made. Closing again does nothing, unless the device has no IOMMU: the
     * memory is given back when this is closed after the device.
     *
     * @throws UncheckedIOException if the kernel does not unmap one. All are closed nevertheless
     */
    @Override
    public void close() {
        List<DmaBuffer> allBuffers;
        List<DmaMapping> allMappings;
        synchronized (lock) {
            closed = true;
            allBuffers = List.copyOf(buffers);
            allMappings = List.copyOf(mappings);
        }
        try {
            CloseAll.of(allBuffers, DmaBuffer::close);
        } finally {
            closeMappings(allMappings);
        }
    }

    private void closeMappings(List<DmaMapping> all) {
        try {
            CloseAll.of(all, DmaMapping::close);
        } finally {
            backing.close();
        }
    }
}
