// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

/** A range of guest addresses that a handler answers for, until it is closed. */
public final class MmioRange implements AutoCloseable {
    private final MmioBus bus;
    private final long first;
    private final long last;
    private final MmioHandler handler;
    private final long base;

    /** {@code base}: the guest address of the handler's offset 0. */
    MmioRange(MmioBus bus, long first, long size, MmioHandler handler, long base) {
        this.bus = bus;
        this.first = first;
        this.last = first + (size - 1);
        this.handler = handler;
        this.base = base;
    }

    /** {@return the first address, unsigned} */
    public long guestAddress() {
        return first;
    }

    /** {@return the last address, unsigned} */
    public long lastGuestAddress() {
        return last;
    }

    MmioHandler handler() {
        return handler;
    }

    long read(long guestAddress, int width) {
        return handler.read(guestAddress - base, width);
    }

    void write(long guestAddress, int width, long value) {
        handler.write(guestAddress - base, width, value);
    }

    /**
     * Takes the range off the bus. An access that began before may still be with the handler when this returns; all that
     * begin later are not. Closing again does nothing.
     */
    @Override
    public void close() {
        bus.remove(this);
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(first) + " to 0x" + Long.toHexString(last);
    }
}
