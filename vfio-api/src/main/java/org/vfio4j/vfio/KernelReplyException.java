// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.io.IOException;

/**
 * The kernel said yes, but its reply cannot be: a capability chain that runs in a circle or out of the reply, a path
 * without an end, an API version that nobody knows. Nothing of such a reply is used.
 */
public final class KernelReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Step step;
    private final String subject;

    /**
     * A reply that cannot be.
     *
     * @param step what was asked
     * @param subject of whom
     * @param problem what is wrong with the reply, with the value that is
     */
    public KernelReplyException(Step step, String subject, String problem) {
        super(step.call() + " " + subject + ": the kernel's reply makes no sense: " + problem);
        this.step = step;
        this.subject = subject;
    }

    /** {@return what was asked of the kernel} */
    public Step step() {
        return step;
    }

    /** {@return of whom it was asked} */
    public String subject() {
        return subject;
    }
}
