// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.util.Objects;
import org.vfio4j.kvm.MmioExit;

/**
 * The guest addresses that trap, and who answers for them. The run loop of a vCPU hands every MMIO exit to {@link
 * #handle}.
 *
 * <p>An access has 1 to 8 bytes at any address. An x86 guest makes an unaligned access of 4 bytes inside a page in one
 * piece, and KVM gives it to user space so. If not all of an access is in one range, each handler gets its part, in
 * ascending order. Bytes that are in no range are {@link #unassigned}: zeros on a read, dropped on a write, and counted.
 * Addresses are unsigned; after the last one comes 0 again.
 *
 * <p>Handlers are found in O(log n), and nothing is allocated and no lock is taken on the way. Ranges may be added and
 * removed at any time, by any thread: an access sees the ranges from before or from after it.
 */
public final class MmioBus {
    private static final int WIDEST = 8;

    private final UnassignedMmio unassigned;
    private volatile MmioRanges ranges = MmioRanges.NONE;

    /** A bus without handlers. */
    public MmioBus() {
        this(UnassignedListener.NONE);
    }

    /**
     * A bus without handlers.
     *
     * @param listener hears of accesses to addresses where nothing is
     */
    public MmioBus(UnassignedListener listener) {
        this.unassigned = new UnassignedMmio(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Lets a handler answer for a range.
     *
     * @param guestAddress the first address, unsigned; it need not be that of a page
     * @param size bytes, 1 or more, unsigned
     * @param handler answers; whoever adds it twice, at two places, gets both in one handler
     * @return the range, to be closed when the handler is to answer no more
     * @throws IllegalArgumentException if some of the addresses have a handler already, or there are none, or they go
     *     beyond 64 bits
     */
    public MmioRange add(long guestAddress, long size, MmioHandler handler) {
        return add(guestAddress, size, handler, 0);
    }

    /** The same for a handler that begins elsewhere: {@code offset} is what it is asked for at {@code guestAddress}. */
    MmioRange add(long guestAddress, long size, MmioHandler handler, long offset) {
        Objects.requireNonNull(handler, "handler");
        if (size == 0 || Long.compareUnsigned(guestAddress + (size - 1), guestAddress) < 0) {
            throw new IllegalArgumentException("expected 1 byte or more, of which the last is not beyond guest address"
                    + " 0xffffffffffffffff, got 0x" + Long.toHexString(size) + " bytes at guest address 0x"
                    + Long.toHexString(guestAddress));
        }
        MmioRange added = new MmioRange(this, guestAddress, size, handler, guestAddress - offset);
        synchronized (this) {
            ranges = ranges.with(added);
        }
        return added;
    }

    synchronized void remove(MmioRange range) {
        ranges = ranges.without(range);
    }

    /** {@return what the guest did at addresses that are in no range} */
    public UnassignedMmio unassigned() {
        return unassigned;
    }

    /**
     * A read of the guest.
     *
     * @param guestAddress where, unsigned, at any alignment
     * @param width 1 to 8 bytes
     * @return the bytes, the one at {@code guestAddress} in the lowest bits; those above the width are 0
     * @throws IllegalArgumentException if the width is another
     */
    public long read(long guestAddress, int width) {
        requireWidth(width);
        MmioRanges now = ranges;
        MmioRange range = now.at(guestAddress);
        if (range != null && bytesUpTo(range.lastGuestAddress(), guestAddress, width) == width) {
            return range.read(guestAddress, width) & mask(width);
        }
        return readParts(now, guestAddress, width);
    }

    /**
     * A write of the guest.
     *
     * @param guestAddress where, unsigned, at any alignment
     * @param width 1 to 8 bytes
     * @param value the bytes, the one for {@code guestAddress} in the lowest bits; those above the width do not count
     * @throws IllegalArgumentException if the width is another
     */
    public void write(long guestAddress, int width, long value) {
        requireWidth(width);
        MmioRanges now = ranges;
        MmioRange range = now.at(guestAddress);
        if (range != null && bytesUpTo(range.lastGuestAddress(), guestAddress, width) == width) {
            range.write(guestAddress, width, value & mask(width));
        } else {
            writeParts(now, guestAddress, width, value);
        }
    }

    /**
     * Does what a vCPU stopped for.
     *
     * @param exit the access; a read is answered
     */
    public void handle(MmioExit exit) {
        if (exit.isWrite()) {
            write(exit.address(), exit.length(), exit.value());
        } else {
            exit.answer(read(exit.address(), exit.length()));
        }
    }

    private long readParts(MmioRanges now, long guestAddress, int width) {
        long value = 0;
        int part;
        for (int done = 0; done < width; done += part) {
            long at = guestAddress + done;
            MmioRange range = now.at(at);
            part = part(now, range, at, width - done);
            long bytes = range == null ? unassigned.read(at, part) : range.read(at, part) & mask(part);
            value |= bytes << (8 * done);
        }
        return value;
    }

    private void writeParts(MmioRanges now, long guestAddress, int width, long value) {
        int part;
        for (int done = 0; done < width; done += part) {
            long at = guestAddress + done;
            MmioRange range = now.at(at);
            part = part(now, range, at, width - done);
            long bytes = (value >>> (8 * done)) & mask(part);
            if (range == null) {
                unassigned.write(at, part, bytes);
            } else {
                range.write(at, part, bytes);
            }
        }
    }

    private static int part(MmioRanges now, MmioRange range, long at, int left) {
        return bytesUpTo(range == null ? now.lastBeforeNext(at) : range.lastGuestAddress(), at, left);
    }

    /** How many of some bytes are not beyond an address. */
    private static int bytesUpTo(long last, long at, int count) {
        long beyondFirst = last - at;
        return Long.compareUnsigned(beyondFirst, count - 1L) < 0 ? (int) beyondFirst + 1 : count;
    }

    private static long mask(int width) {
        return -1L >>> (Long.SIZE - 8 * width);
    }

    private static void requireWidth(int width) {
        if (width < 1 || width > WIDEST) {
            throw new IllegalArgumentException("expected an access of 1 to 8 bytes, got " + width);
        }
    }
}
