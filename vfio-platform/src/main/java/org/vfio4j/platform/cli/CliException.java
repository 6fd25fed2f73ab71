// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

/** Ends a command with one line for the user. */
final class CliException extends Exception {
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
     * @param line what is wrong, where, and what to do
     */
    static CliException usage(String line) {
        return new CliException(ExitCode.USAGE, line, null);
    }

    int exitCode() {
        return exitCode;
    }
}
