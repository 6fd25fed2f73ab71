// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

/** The exit codes of the {@code vfio} command; {@code --help} and {@code doc/json.md} list them. */
final class ExitCode {
    /** Done. */
    static final int OK = 0;

    /**
     * Done, and the answer is no: the trees differ, a file of many was bad, device and tree disagree, the
     * doctor found a problem.
     */
    static final int NEGATIVE = 1;

    /** The command line is wrong, or an input cannot be read. */
    static final int USAGE = 2;

    /** There is no such device. */
    static final int NO_DEVICE = 3;

    /** The kernel refused a step; the message names it. */
    static final int KERNEL = 4;

    /** Done, and the doctor found no problem but something that may become one. */
    static final int WARNING = 5;

    /** Nothing was done: not confirmed, in use, not bound to VFIO, or VFIO cannot have it; the message says what to do. */
    static final int NOT_DONE = 6;

    /** A defect of this program. {@code EX_SOFTWARE} of {@code sysexits.h}. */
    static final int DEFECT = 70;

    /** Whoever read the output went away, as in {@code vfio tree x.dtb | head}: what a shell reports for SIGPIPE. */
    static final int OUTPUT_CLOSED = 141;

    private ExitCode() {}
}
