// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

/** A range of guest addresses that a handler answers for, until it is closed. */
public final class MmioRange implements AutoCloseable {
    private final MmioBus bus;
    private final long first;
    private final long last;
    private final MmioHandler handler;

    MmioRange(MmioBus bus, long first, long size, MmioHandler handler) {
        this.bus = bus;
        this.first = first;
        this.last = first + (size - 1);
        this.handler = handler;
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
