// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.util.OptionalInt;

/**
 * The loader's script was not run, and nothing of it is left: memory is free again, and devices have no address of it. A
 * failure while that was done is among {@link #getSuppressed}, and the memory that a device may still know stays
 * allocated.
 */
public final class LoaderException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int NONE = -1;

    private final LoaderFault fault;
    private final int entry;

    private LoaderException(LoaderFault fault, int entry, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
        this.entry = entry;
    }

    static LoaderException ofScript(LoaderFault fault, String message, Throwable cause) {
        return new LoaderException(fault, NONE, LinkerLoader.SCRIPT + ": " + message, cause);
    }

    static LoaderException ofEntry(LoaderFault fault, int entry, String message) {
        return ofEntry(fault, entry, message, null);
    }

    static LoaderException ofEntry(LoaderFault fault, int entry, String message, Throwable cause) {
        return new LoaderException(fault, entry, LinkerLoader.SCRIPT + " entry " + entry + ", " + message, cause);
    }

    /** {@return why} */
    public LoaderFault fault() {
        return fault;
    }

    /** {@return which entry of the script, from 0; empty if it is about all of it} */
    public OptionalInt entry() {
        return entry == NONE ? OptionalInt.empty() : OptionalInt.of(entry);
    }
}
