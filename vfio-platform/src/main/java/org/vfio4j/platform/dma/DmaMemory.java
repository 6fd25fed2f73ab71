// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/**
 * Memory that a device reaches at an IOVA: a {@link DmaBuffer}, or a slice of one. It is plain memory, which the device
 * may change at any time if it may write it.
 *
 * <p>Numbers are read and written with one access each, at offsets that are multiples of their width; {@link
 * #asByteBuffer} is for others. Every {@code get} is an acquire and every {@code put} a release: what is read after a get
 * is not older than it, and whoever sees a put also sees those before it. So a driver may look at an index that the
 * device moves on and then at what the index stands for, and may fill in a descriptor and then hand it over. A get that
 * must not overtake a put needs {@link VarHandle#fullFence} between them.
 *
 * <p>Offsets count bytes from the start of this memory. Every access throws
 *
 * <ul>
 *   <li>{@link IllegalStateException} if the buffer is closed,
 *   <li>{@link IndexOutOfBoundsException} if it is not all inside,
 *   <li>{@link IllegalArgumentException} if its address is no multiple of its width.
 * </ul>
 *
 * <p>Safe for use by several threads, as far as memory is: two accesses to one place are not ordered by this class.
 */
public sealed class DmaMemory permits DmaBuffer {
    private static final VarHandle SHORTS =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer bytes;
    private final Access access;
    private final DmaAddresses addresses;
    private final int start;
    private final int size;
    private final boolean swapped;

    /** Whether a buffer and its slices may be accessed. */
    static final class Access {
        private volatile boolean closed;

        void close() {
            closed = true;
        }

        boolean isClosed() {
            return closed;
        }
    }

    /** All of some bytes from their position 0. */
    DmaMemory(ByteBuffer bytes, Access access, DmaAddresses addresses, int size, ByteOrder order) {
        this(bytes.order(ByteOrder.nativeOrder()), access, addresses, 0, size, order != ByteOrder.nativeOrder());
    }

    private DmaMemory(ByteBuffer bytes, Access access, DmaAddresses addresses, int start, int size, boolean swapped) {
        this.bytes = bytes;
        this.access = access;
        this.addresses = addresses;
        this.start = start;
        this.size = size;
        this.swapped = swapped;
    }

    /** The bytes of the whole buffer. */
    final ByteBuffer bytes() {
        return bytes;
    }

    /**
     * The address for the device, at which it finds all of this memory in one run.
     *
     * @return the address of the first byte, unsigned
     * @throws IllegalStateException if it is no one run, see {@link #isContiguous}
     */
    public final long iova() {
        if (!isContiguous()) {
            throw new IllegalStateException(this + " is scattered in physical memory and has no address as a whole:"
                    + " expected a request that is contiguous, or the use of its segments");
        }
        return addresses.at(start);
    }

    /**
     * The address for the device of one byte.
     *
     * @param offset which
     * @return its address, unsigned
     * @throws IndexOutOfBoundsException if it is not inside
     */
    public final long iova(long offset) {
        return addresses.at(start + Objects.checkIndex(offset, (long) size));
    }

    /** {@return whether it is one run of addresses for the device; always, behind an IOMMU} */
    public final boolean isContiguous() {
        return addresses.isRun(start, size);
    }

    /** {@return its runs of addresses for the device, by rising offset: one, behind an IOMMU} */
    public final List<DmaSegment> segments() {
        return addresses.segments(start, size);
    }

    /** {@return how many bytes it has} */
    public final long size() {
        return size;
    }

    /** {@return how numbers are laid out} */
    public final ByteOrder order() {
        boolean little = (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) != swapped;
        return little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    /** {@return whether the buffer is closed} */
    public final boolean isClosed() {
        return access.isClosed();
    }

    /**
     * A part of this memory. It is the same memory, and is closed with the buffer.
     *
     * @param offset where it begins
     * @param length bytes, 0 or more
     * @return the part
     * @throws IndexOutOfBoundsException if it is not all inside
     */
    public final DmaMemory slice(long offset, long length) {
        int from = (int) Objects.checkFromIndexSize(offset, length, (long) size);
        return new DmaMemory(bytes, access, addresses, start + from, (int) length, swapped);
    }

    /**
     * All of this memory as a buffer, in {@link #order}. Its accesses have no order of their own, see the fences of {@link
     * VarHandle}.
     *
     * <p>The view stays usable after the DMA buffer was closed, and is no danger: it shows other memory then, which no
     * device reaches.
     *
     * @return a new view, from position 0 to {@link #size}
     * @throws IllegalStateException if the buffer is closed
     */
    public final ByteBuffer asByteBuffer() {
        at(0, 0);
        // The slice keeps the whole reachable, and with it the addresses.
        return bytes.slice(start, size).order(order());
    }

    /**
     * Reads 8 bits.
     *
     * @param offset where
     * @return the number, 0 to 255
     */
    public final int get8(long offset) {
        byte value = bytes.get(at(offset, 1));
        VarHandle.acquireFence();
        checkAfterRead();
        return value & 0xff;
    }

    /**
     * Reads 16 bits.
     *
     * @param offset where
     * @return the number, 0 to 65535
     */
    public final int get16(long offset) {
        short value = (short) SHORTS.getAcquire(bytes, at(offset, 2));
        checkAfterRead();
        return (swapped ? Short.reverseBytes(value) : value) & 0xffff;
    }

    /**
     * Reads 32 bits.
     *
     * @param offset where
     * @return the number
     */
    public final int get32(long offset) {
        int value = (int) INTS.getAcquire(bytes, at(offset, 4));
        checkAfterRead();
        return swapped ? Integer.reverseBytes(value) : value;
    }

    /**
     * Reads 64 bits.
     *
     * @param offset where
     * @return the number
     */
    public final long get64(long offset) {
        long value = (long) LONGS.getAcquire(bytes, at(offset, 8));
        checkAfterRead();
        return swapped ? Long.reverseBytes(value) : value;
    }

    /**
     * Writes 8 bits.
     *
     * @param offset where
     * @param value the number; its upper bits are left out
     */
    public final void put8(long offset, int value) {
        int at = at(offset, 1);
        VarHandle.releaseFence();
        bytes.put(at, (byte) value);
        Reference.reachabilityFence(this);
    }

    /**
     * Writes 16 bits.
     *
     * @param offset where
     * @param value the number; its upper bits are left out
     */
    public final void put16(long offset, int value) {
        short number = (short) value;
        SHORTS.setRelease(bytes, at(offset, 2), swapped ? Short.reverseBytes(number) : number);
        Reference.reachabilityFence(this);
    }

    /**
     * Writes 32 bits.
     *
     * @param offset where
     * @param value the number
     */
    public final void put32(long offset, int value) {
        INTS.setRelease(bytes, at(offset, 4), swapped ? Integer.reverseBytes(value) : value);
        Reference.reachabilityFence(this);
    }

    /**
     * Writes 64 bits.
     *
     * @param offset where
     * @param value the number
     */
    public final void put64(long offset, long value) {
        LONGS.setRelease(bytes, at(offset, 8), swapped ? Long.reverseBytes(value) : value);
        Reference.reachabilityFence(this);
    }

    /**
     * Copies bytes out.
     *
     * @param offset where they begin
     * @param destination receives as many as it has room for
     */
    public final void get(long offset, byte[] destination) {
        bytes.get(range(offset, destination.length), destination);
        VarHandle.acquireFence();
        checkAfterRead();
    }

    /**
     * Copies bytes in.
     *
     * @param offset where they begin
     * @param source the bytes
     */
    public final void put(long offset, byte[] source) {
        int at = range(offset, source.length);
        VarHandle.releaseFence();
        bytes.put(at, source);
        Reference.reachabilityFence(this);
    }

    private int range(long offset, int length) {
        requireOpen();
        return start + (int) Objects.checkFromIndexSize(offset, (long) length, (long) size);
    }

    private int at(long offset, int width) {
        int at = range(offset, width);
        if ((at & (width - 1)) != 0 && width != 0) {
            throw new IllegalArgumentException(width + " bytes at IOVA 0x" + Long.toHexString(addresses.at(at))
                    + ": expected an address that is a multiple of " + width);
        }
        return at;
    }

    private void requireOpen() {
        if (isClosed()) {
            throw new IllegalStateException(this + " is closed");
        }
    }

    /** What was read while the buffer was being closed may be of the memory that took its place. */
    private void checkAfterRead() {
        requireOpen();
    }

    @Override
    public String toString() {
        return "DMA memory of 0x" + Integer.toHexString(size) + " bytes at IOVA 0x"
                + Long.toHexString(addresses.at(start)) + (isContiguous() ? "" : " and elsewhere");
    }
}
