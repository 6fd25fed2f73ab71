// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.Step;

/**
 * What Linux will say.
 *
 * @param step the call that fails
 * @param errno with which error
 */
public record Refusal(Step step, Errno errno) {
    @Override
    public String toString() {
        return step.call() + " fails with " + errno.symbol();
    }
}
