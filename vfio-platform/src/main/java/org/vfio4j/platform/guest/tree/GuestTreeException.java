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
        NO_SPI_LEFT
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
