// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;

/**
 * A device is not bound, or not given back, for a reason that is not an error of the kernel: nothing was asked of the
 * kernel, or it did not do what it said. The message is one line: what is so, and what to do.
 */
public final class BindingException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is so. */
    public enum Reason {
        /** VFIO cannot have the device, see {@link VfioEligibility}; nothing was changed. */
        NOT_ELIGIBLE,
        /** Others need what its driver does; nothing was changed. See {@link PlatformBus#dependents}. */
        NEEDED_BY_OTHERS,
        /** The driver that it has does not let go of its devices; nothing was changed. */
        CANNOT_UNBIND,
        /** A process has the device or its group open, and the kernel would wait for it; nothing was changed. */
        IN_USE,
        /** A process that runs has bound it; nothing was changed. */
        OWNED,
        /** It is not known which driver it had before; nothing was changed. */
        NOT_RECORDED,
        /** What was recorded of it cannot be read; nothing was changed. */
        RECORD_DAMAGED,
        /** The kernel reported success, and the device has another driver than it should. */
        NOT_AS_TOLD,
        /** Somebody else gave it another driver meanwhile, which it keeps. */
        TAKEN_MEANWHILE
    }

    private final Reason reason;
    private final String device;
    private final String remedy;

    BindingException(Reason reason, String device, String what, String remedy) {
        super(device + ": " + what + ". Remedy: " + remedy + ".");
        this.reason = reason;
        this.device = device;
        this.remedy = remedy;
    }

    /** {@return what is so} */
    public Reason reason() {
        return reason;
    }

    /** {@return the device's name in sysfs} */
    public String device() {
        return device;
    }

    /** {@return what to do: one command or call} */
    public String remedy() {
        return remedy;
    }
}
