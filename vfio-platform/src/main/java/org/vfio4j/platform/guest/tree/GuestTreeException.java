// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

/** A device cannot be placed in, or described to, a guest. The message says what was needed and what to do. */
public final class GuestTreeException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is in the way. */
    public enum Kind {
        /** The window has no room for a region. */
        WINDOW_FULL,
        /** More interrupts than the bus has SPIs. */
        NO_SPI_LEFT,
        /** The device has neither regions nor interrupts, or is the root. */
        NOTHING_TO_ASSIGN,
        /** The device is a PCI or ISA bus, whose windows VFIO does not expose. */
        UNSUPPORTED_BUS,
        /** One device is below another one, or one was named twice. */
        NESTED_DEVICES,
        /** The guest's tree has no GIC, or more than one. */
        NO_INTERRUPT_CONTROLLER,
        /** The guest's root cannot have the bus as a child: its cells do not hold the addresses. */
        ADDRESS_TOO_LARGE,
        /** The guest's tree has something else in the window. */
        WINDOW_IN_USE,
        /** The guest's tree has something else on an SPI. */
        SPI_IN_USE,
        /** The guest's tree would be nested deeper than the format allows. */
        TOO_DEEP
    }

    private final Kind kind;

    GuestTreeException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** {@return what is in the way} */
    public Kind kind() {
        return kind;
    }
}
