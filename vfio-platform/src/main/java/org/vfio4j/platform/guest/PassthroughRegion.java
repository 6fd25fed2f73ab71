// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.vfio4j.linux.CloseAll;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;

/**
 * A region of a device on the bus of a guest. An access that traps reaches the device if it is inside the region, and not
 * in an {@linkplain Overlay overlay}: as one access if it is aligned and has 1, 2 or 4 bytes, or 8 of a region that can be
 * mapped; else as several, see {@link AlignedHandler}. Eight bytes of a trapped region are two accesses of four, in
 * ascending order, as Linux makes of them.
 *
 * <p>The bytes before and behind the region in its pages may be another device's on the host. They never reach the host:
 * they are {@linkplain #remainder unassigned}. An access over the end of the region reaches it with the bytes that are
 * inside.
 *
 * <p>A guest can make accesses that fail, see {@link #failures}. They read all ones, or are dropped.
 */
public final class PassthroughRegion implements AutoCloseable {
    private final Region region;
    private final long guestAddress;
    private final RegionRegisters registers;
    private final UnassignedMmio remainder;
    private final Deque<MmioRange> ranges = new ArrayDeque<>();

    private PassthroughRegion(Region region, long guestAddress, UnassignedListener listener) {
        this.region = region;
        this.guestAddress = guestAddress;
        this.registers = new RegionRegisters(region);
        this.remainder = new UnassignedMmio(listener);
    }

    /**
     * Puts a region on a bus.
     *
     * @param bus the bus
     * @param region the region; it stays its owner's, and is closed after this
     * @param guestAddress where the guest has its first byte; its alignment in words of 8 bytes is the region's, so it is a
     *     multiple of 8, or of the region's size if that is less
     * @param pageSize the host's page size in bytes, a power of two: up to where the guest must not reach
     * @param overlays offsets that handlers answer for
     * @param listener hears of accesses to the rest of the region's pages
     * @return the region on the bus, until it is closed
     * @throws IllegalArgumentException if the address is no such multiple, or the pages of the region have a handler
     *     already, or overlays overlap or are not inside the region; the bus is as before then
     */
    public static PassthroughRegion add(
            MmioBus bus,
            Region region,
            long guestAddress,
            long pageSize,
            List<Overlay> overlays,
            UnassignedListener listener) {
        requireAligned(region, guestAddress);
        PassthroughRegion added = new PassthroughRegion(region, guestAddress, listener);
        boolean complete = false;
        try {
            added.addRemainder(bus, pageSize);
            added.addRegisters(bus, overlays);
            complete = true;
            return added;
        } finally {
            if (!complete) {
                added.close();
            }
        }
    }

    private static void requireAligned(Region region, long guestAddress) {
        long alignment = Math.min(8, Long.highestOneBit(region.size()));
        if (guestAddress % alignment != 0) {
            throw new IllegalArgumentException("expected a multiple of " + alignment + " as the guest address of "
                    + region.name() + ", got 0x" + Long.toHexString(guestAddress));
        }
    }

    private void addRemainder(MmioBus bus, long pageSize) {
        long inPage = guestAddress & (pageSize - 1);
        addRemainder(bus, guestAddress - inPage, inPage);
        long end = guestAddress + region.size();
        addRemainder(bus, end, -end & (pageSize - 1));
    }

    private void addRemainder(MmioBus bus, long first, long size) {
        if (size != 0) {
            ranges.push(bus.add(first, size, new Remainder(first, remainder, region.name())));
        }
    }

    private void addRegisters(MmioBus bus, List<Overlay> overlays) {
        int widest = region.access().kind() == RegionAccess.Kind.MAPPED ? 8 : 4;
        ByteOrder order = region.byteOrder();
        MmioHandler handler = new AlignedHandler(registers, order, widest);
        long next = 0;
        for (Overlay overlay : overlays.stream()
                .sorted(Comparator.comparingLong(Overlay::offset))
                .toList()) {
            overlay.requireInside(region, next);
            addPart(bus, next, overlay.offset(), handler);
            addPart(bus, overlay.offset(), overlay.end(), overlay.handler());
            next = overlay.end();
        }
        addPart(bus, next, region.size(), handler);
    }

    /** The offsets that a handler is asked for are those in the region. */
    private void addPart(MmioBus bus, long from, long to, MmioHandler handler) {
        if (from != to) {
            ranges.push(bus.add(guestAddress + from, to - from, handler, from));
        }
    }

    /** {@return the region} */
    public Region region() {
        return region;
    }

    /** {@return where the guest has its first byte} */
    public long guestAddress() {
        return guestAddress;
    }

    /** {@return what the guest did in the pages of the region, but outside of it} */
    public UnassignedMmio remainder() {
        return remainder;
    }

    /**
     * How many accesses failed: the device did not answer or the kernel refused, or the region cannot be read, or written,
     * or was closed.
     *
     * @return the number since the beginning
     */
    public long failures() {
        return registers.failures();
    }

    /** {@return why the last of them failed; empty if none did} */
    public Optional<RuntimeException> lastFailure() {
        return registers.lastFailure();
    }

    /** Has something done after each access to the region. */
    void afterAccess(Runnable listener) {
        registers.afterAccess(listener);
    }

    /** Takes the region off the bus, see {@link MmioRange#close}. Closing again does nothing. */
    @Override
    public void close() {
        CloseAll.of(ranges, MmioRange::close);
    }

    @Override
    public String toString() {
        return region.name() + " at guest address 0x" + Long.toHexString(guestAddress);
    }

    /** The rest of a page. */
    private record Remainder(long first, UnassignedMmio unassigned, String region) implements MmioHandler {
        @Override
        public long read(long offset, int width) {
            return unassigned.read(first + offset, width);
        }

        @Override
        public void write(long offset, int width, long value) {
            unassigned.write(first + offset, width, value);
        }

        @Override
        public String toString() {
            return "the rest of a page of " + region;
        }
    }
}
