// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.nio.file.Path;

/**
 * What a command in the guest left.
 *
 * @param code its exit code, or the lab's own
 * @param out its output
 * @param err its error output, and what the lab says
 * @param log the kernel's log
 */
record GuestRun(int code, String out, String err, Path log) {
    /** For the message of a failure. */
    @Override
    public String toString() {
        return "exit code %d; output:%n%s%nerror output:%n%s%nkernel log: %s".formatted(code, out, err, log);
    }
}
