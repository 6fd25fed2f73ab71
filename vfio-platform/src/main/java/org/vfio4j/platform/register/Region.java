// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.VfioException;

/**
 * The registers of a VFIO region. A read or write is one access of the device of exactly that width, or an exception
 * before any access. Nothing is cached, merged, split, repeated or left out, also if the value that was read is not used.
 *
 * <p>Three kinds: a mapped region, where an access is one load or store; a trapped one, where it is one pread or pwrite
 * and the kernel makes the access; and an {@linkplain #overlay overlay}, where a program answers for some offsets. Which
 * one and why says {@link #access()}.
 *
 * <p>Offsets count bytes from the start of the region. They must be multiples of the width and inside the region.
 * Values are numbers: a register that the device has in big-endian order is turned round, see {@link #byteOrder()}.
 * Narrow reads are unsigned; of a narrow write the value may be signed or unsigned, and must fit.
 *
 * <p>Every access can throw:
 *
 * <ul>
 *   <li>{@link IllegalStateException} if the region is closed;
 *   <li>{@link IndexOutOfBoundsException} if the access is not all inside the region, and {@link
 *       IllegalArgumentException} if the offset is no multiple of the width, or the value has too many bits;
 *   <li>{@link UnsupportedOperationException} if the region cannot do this: 64 bits when trapped, or a direction that the
 *       kernel does not offer;
 *   <li>{@link RegisterAccessException} if the kernel refuses, or the device does not answer. Of a mapped region the
 *       latter is certain with {@link Access#MAPPED_CHECKED} only. Else compiled code has moved on when the JVM
 *       tells of the abort: as an {@link InternalError}, some time after the access, in the same thread.
 * </ul>
 *
 * <p>Safe for use by several threads. Accesses of one thread reach the device in their order. A write may still be on its
 * way when the method returns, as everywhere; read a register back where that matters.
 *
 * <p>{@link #close} may be called while other threads read and write: they get the exception, and never the memory of
 * somebody else. No access reaches the device once {@code close()} has returned.
 */
public abstract sealed class Region implements AutoCloseable permits MappedRegion, TrappedRegion, RegionView {
    private final String name;
    private final long size;
    private final ByteOrder byteOrder;
    private final RegionAccess access;
    private final boolean readable;
    private final boolean writable;
    private volatile boolean closed;
    /** How many bytes can be read, and written: all, or none if the region cannot be or is closed. */
    private volatile long readLimit;

    private volatile long writeLimit;

    Region(String name, long size, ByteOrder byteOrder, RegionAccess access, boolean readable, boolean writable) {
        this.name = name;
        this.size = size;
        this.byteOrder = byteOrder;
        this.access = access;
        this.readable = readable;
        this.writable = writable;
        this.readLimit = readable ? size : 0;
        this.writeLimit = writable ? size : 0;
    }

    /**
     * Opens a region of a device by what is known of it. {@code PlatformDevice.region} is the easy way.
     *
     * @param device the device; it stays open until it is closed by its owner
     * @param info the region
     * @param byteOrder how the device orders the bytes of a register
     * @param access how its registers can be reached, see {@link RegionAccess#of}
     * @param wanted how they are to be reached
     * @return the region
     * @throws VfioException if the kernel does not map it
     * @throws UnsupportedOperationException if it cannot be reached as wanted, or not at all; the message says why
     */
    public static Region open(
            FileDescriptor device, RegionInfo info, ByteOrder byteOrder, RegionAccess access, Access wanted)
            throws VfioException {
        String name = device.name() + " region " + info.index();
        if (access.kind() == RegionAccess.Kind.NONE) {
            throw new UnsupportedOperationException(name + " cannot be accessed: " + access.explanation());
        }
        boolean mappable = access.kind() == RegionAccess.Kind.MAPPED;
        boolean mustBeMapped = wanted == Access.MAPPED || wanted == Access.MAPPED_CHECKED;
        if (mustBeMapped && !mappable) {
            throw new UnsupportedOperationException(name + " cannot be mapped: " + access.explanation());
        }
        Region region = mappable && wanted != Access.TRAPPED
                ? MappedRegion.map(device, name, info, access)
                : new TrappedRegion(device, name, info, trapped(access));
        // Apart, so that an access without them does not pay for them.
        Region checked = wanted == Access.MAPPED_CHECKED ? new CheckedRegion(region) : region;
        return byteOrder == region.byteOrder() ? checked : new SwappedRegion(checked, byteOrder);
    }

    private static RegionAccess trapped(RegionAccess access) {
        return access.kind() == RegionAccess.Kind.TRAPPED
                ? access
                : new RegionAccess(RegionAccess.Kind.TRAPPED, "asked for; it could be mapped", access.neighbours());
    }

    /** {@return device and index, such as {@code 9000000.pl011 region 0}} */
    public final String name() {
        return name;
    }

    /** {@return the number of bytes} */
    public final long size() {
        return size;
    }

    /**
     * How the device orders the bytes of a register: little-endian, unless its node has the property {@code big-endian},
     * or {@code native-endian} on a big-endian CPU.
     *
     * @return the order
     */
    public final ByteOrder byteOrder() {
        return byteOrder;
    }

    /** {@return how the registers are reached and why, and which other devices share a page with them} */
    public final RegionAccess access() {
        return access;
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Reads 8 bits.
     *
     * @param offset where
     * @return 0 to 0xff
     */
    public abstract int read8(long offset);

    /**
     * Reads 16 bits.
     *
     * @param offset where, a multiple of 2
     * @return 0 to 0xffff
     */
    public abstract int read16(long offset);

    /**
     * Reads 32 bits.
     *
     * @param offset where, a multiple of 4
     * @return the bits
     */
    public abstract int read32(long offset);

    /**
     * Reads 64 bits in one access. Not of a trapped region.
     *
     * @param offset where, a multiple of 8
     * @return the bits
     */
    public abstract long read64(long offset);

    /**
     * Writes 8 bits.
     *
     * @param offset where
     * @param value -0x80 to 0xff
     */
    public abstract void write8(long offset, int value);

    /**
     * Writes 16 bits.
     *
     * @param offset where, a multiple of 2
     * @param value -0x8000 to 0xffff
     */
    public abstract void write16(long offset, int value);

    /**
     * Writes 32 bits.
     *
     * @param offset where, a multiple of 4
     * @param value the bits
     */
    public abstract void write32(long offset, int value);

    /**
     * Writes 64 bits in one access. Not of a trapped region.
     *
     * @param offset where, a multiple of 8
     * @param value the bits
     */
    public abstract void write64(long offset, long value);

    /**
     * Reads the 8-bit register at one offset again and again, as of a FIFO.
     *
     * @param offset where
     * @param to receives what was read
     * @param start the first element
     * @param count how many reads
     */
    public final void readRepeated(long offset, byte[] to, int start, int count) {
        Objects.checkFromIndexSize(start, count, to.length);
        for (int i = start; i < start + count; i++) {
            to[i] = (byte) read8(offset);
        }
    }

    /**
     * Reads the 16-bit register at one offset again and again.
     *
     * @param offset where
     * @param to receives what was read
     * @param start the first element
     * @param count how many reads
     */
    public final void readRepeated(long offset, short[] to, int start, int count) {
        Objects.checkFromIndexSize(start, count, to.length);
        for (int i = start; i < start + count; i++) {
            to[i] = (short) read16(offset);
        }
    }

    /**
     * Reads the 32-bit register at one offset again and again.
     *
     * @param offset where
     * @param to receives what was read
     * @param start the first element
     * @param count how many reads
     */
    public final void readRepeated(long offset, int[] to, int start, int count) {
        Objects.checkFromIndexSize(start, count, to.length);
        for (int i = start; i < start + count; i++) {
            to[i] = read32(offset);
        }
    }

    /**
     * Writes to the 8-bit register at one offset again and again, as to a FIFO.
     *
     * @param offset where
     * @param from holds what is written
     * @param start the first element
     * @param count how many writes
     */
    public final void writeRepeated(long offset, byte[] from, int start, int count) {
        Objects.checkFromIndexSize(start, count, from.length);
        for (int i = start; i < start + count; i++) {
            write8(offset, from[i]);
        }
    }

    /**
     * Writes to the 16-bit register at one offset again and again.
     *
     * @param offset where
     * @param from holds what is written
     * @param start the first element
     * @param count how many writes
     */
    public final void writeRepeated(long offset, short[] from, int start, int count) {
        Objects.checkFromIndexSize(start, count, from.length);
        for (int i = start; i < start + count; i++) {
            write16(offset, from[i]);
        }
    }

    /**
     * Writes to the 32-bit register at one offset again and again.
     *
     * @param offset where
     * @param from holds what is written
     * @param start the first element
     * @param count how many writes
     */
    public final void writeRepeated(long offset, int[] from, int start, int count) {
        Objects.checkFromIndexSize(start, count, from.length);
        for (int i = start; i < start + count; i++) {
            write32(offset, from[i]);
        }
    }

    /**
     * Reads a register until some bits of it have a value. It spins for the first microseconds and then sleeps between
     * reads, up to a millisecond. The register is read at least once, and once more after the deadline, so that a thread
     * that was not run meanwhile does not report what is not so. An interruption of the thread does not end it.
     *
     * @param offset where, a multiple of the width
     * @param width 1, 2, 4 or 8 bytes
     * @param mask the bits
     * @param expected what they are to be; no other bits than those of the mask
     * @param timeout for how long to wait at most
     * @return the register, which has the value
     * @throws RegisterTimeoutException if the bits do not become so
     */
    public final long awaitBits(long offset, int width, long mask, long expected, Duration timeout) {
        return new BitWait(this, offset, width, mask, expected, timeout).await();
    }

    /**
     * This region with some offsets handed to a program; everything else passes through. Of overlays that overlap the
     * last one answers. Closing either closes both.
     *
     * @param offset where they begin
     * @param length how many bytes
     * @param handler answers for them; called by the thread that makes the access
     * @return the region to use
     * @throws IndexOutOfBoundsException if the offsets are not all inside the region
     * @throws IllegalArgumentException if there are none
     */
    public final Region overlay(long offset, long length, RegisterHandler handler) {
        return new OverlayRegion(this, offset, length, handler);
    }

    /**
     * Ends all access to the device. Closing again does nothing.
     *
     * @throws java.io.UncheckedIOException if the kernel does not take a mapping away. All accesses that begin are refused
     *     nevertheless, and it goes away when nothing refers to the region any more
     */
    @Override
    public abstract void close();

    @Override
    public final String toString() {
        return name + " (0x" + Long.toHexString(size) + " bytes, "
                + (isClosed() ? "closed" : access.kind().name().toLowerCase(Locale.ROOT)) + ")";
    }

    /** Refuses all accesses from now on; false if that was so already. */
    final boolean refuseAccesses() {
        synchronized (this) {
            boolean first = !closed;
            closed = true;
            readLimit = 0;
            writeLimit = 0;
            return first;
        }
    }

    /** A read is possible, or an exception says why not. An end that overflows is negative. */
    final void checkRead(long offset, int width) {
        long end = offset + width;
        if ((offset & (width - 1)) != 0 || (offset | end) < 0 || end > readLimit) {
            throw Refusal.of(this, offset, width, false, readable);
        }
    }

    /** A write is possible, or an exception says why not. */
    final void checkWrite(long offset, int width) {
        long end = offset + width;
        if ((offset & (width - 1)) != 0 || (offset | end) < 0 || end > writeLimit) {
            throw Refusal.of(this, offset, width, true, writable);
        }
    }

    /** The value of an 8- or 16-bit write fits, signed or unsigned. */
    static void checkValue(int value, int width) {
        int bits = 8 * width;
        if (value >> bits != 0 && value >> (bits - 1) != -1) {
            throw new IllegalArgumentException(
                    "0x" + Integer.toHexString(value) + " does not fit a register of " + bits + " bits");
        }
    }
}
