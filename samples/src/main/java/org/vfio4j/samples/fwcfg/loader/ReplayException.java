// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;

/** A pointer was not told to a device. Of a replay, further pointers that failed are among {@link #getSuppressed}. */
public final class ReplayException extends IOException {
    private static final long serialVersionUID = 1L;

    private final ReplayFault fault;

    ReplayException(ReplayFault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    /** {@return why} */
    public ReplayFault fault() {
        return fault;
    }
}
