// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.List;

/** A name that leads to no device, or to several. The message is one line and says what to try. */
public final class DeviceLookupException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** There is nothing of the name. */
        NOT_FOUND,
        /** The name is that of several devices. */
        AMBIGUOUS,
        /** The node is there, but the kernel made no platform or AMBA device of it. */
        NO_DEVICE_OF_NODE,
        /** The device is there, but the firmware did not describe it in a device tree. */
        NOT_DEVICETREE_BACKED
    }

    private final Kind kind;
    private final transient List<String> candidates;

    DeviceLookupException(Kind kind, String message, List<String> candidates) {
        super(message);
        this.kind = kind;
        this.candidates = List.copyOf(candidates);
    }

    /** {@return what went wrong} */
    public Kind kind() {
        return kind;
    }

    /** {@return names that may have been meant: close ones, or all of an ambiguous one; may be empty} */
    public List<String> candidates() {
        return candidates == null ? List.of() : candidates;
    }
}
