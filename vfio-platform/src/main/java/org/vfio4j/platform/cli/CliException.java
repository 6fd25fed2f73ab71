// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import org.vfio4j.platform.DeviceLookupException;

/** Ends a command with one line for the user. */
public final class CliException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * Creates the exception.
     *
     * @param exitCode one of {@link ExitCode}
     * @param line what is wrong, where, and what to do, without a final full stop
     * @param cause what was caught, or null
     */
    CliException(int exitCode, String line, Throwable cause) {
        super(line, cause);
        this.exitCode = exitCode;
    }

    /**
     * Creates the exception for a wrong command line or an input that cannot be read.
     *
     * @param line what is wrong, where, and what to do, without a final full stop
     * @return the exception
     */
    public static CliException usage(String line) {
        return new CliException(ExitCode.USAGE, line, null);
    }

    /**
     * Creates the exception for a device that is not there.
     *
     * @param line what was looked for and where, and what to do, without a final full stop
     * @return the exception
     */
    public static CliException noDevice(String line) {
        return new CliException(ExitCode.NO_DEVICE, line, null);
    }

    /**
     * Creates the exception for a name that leads to no device, or to several.
     *
     * @param e what the lookup says
     * @param options the options that choose where devices are looked for
     */
    static CliException noDevice(DeviceLookupException e, String options) {
        boolean isStrange = e.kind() == DeviceLookupException.Kind.NOT_FOUND
                && e.candidates().isEmpty();
        String remedy = isStrange ? "; 'vfio list' with the same " + options + " shows the devices" : "";
        return new CliException(ExitCode.NO_DEVICE, e.getMessage() + remedy, e);
    }

    int exitCode() {
        return exitCode;
    }
}
