// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.io.IOException;
import org.vfio4j.linux.Errno;

/**
 * The kernel said no: at which step, about what, with which error, what that means there, and what to do. The message
 * is one line of all of them.
 */
public final class VfioException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Step step;
    private final String subject;
    private final int number;
    private final String meaning;
    private final String remedy;

    private VfioException(Step step, String subject, int number, Explanation explanation, IOException cause) {
        super(
                step.call() + " " + subject + ": " + what(number, explanation.meaning()) + ". Remedy: "
                        + explanation.remedy() + ".",
                cause);
        this.step = step;
        this.subject = subject;
        this.number = number;
        this.meaning = explanation.meaning();
        this.remedy = explanation.remedy();
    }

    private static String what(int number, String meaning) {
        return number == 0 ? meaning : Errno.symbolOf(number) + " (" + meaning + ")";
    }

    /**
     * The exception for an error, explained by what it means at the step.
     *
     * @param step what was asked
     * @param subject of whom, such as {@code /dev/vfio/12} or {@code fff51000.ethernet}
     * @param errno the error number, positive
     * @return the exception
     * @throws IllegalArgumentException if the number is not positive
     */
    public static VfioException of(Step step, String subject, int errno) {
        if (errno <= 0) {
            throw new IllegalArgumentException("an error number is positive, not " + errno);
        }
        return new VfioException(step, subject, errno, Explanations.of(step, Errno.of(errno)), null);
    }

    /**
     * The exception for a file operation that failed, explained by what the error means at the step.
     *
     * @param step what was asked
     * @param subject of whom
     * @param failure what java.nio threw; it becomes the cause. If it does not tell the error number, see {@link
     *     Errno#of(IOException)}, its message is the meaning
     * @return the exception
     */
    public static VfioException of(Step step, String subject, IOException failure) {
        Errno errno = Errno.of(failure);
        Explanation explanation = errno == Errno.UNKNOWN
                ? Explanations.unknown(String.valueOf(failure.getMessage()))
                : Explanations.of(step, errno);
        return new VfioException(step, subject, errno.number(), explanation, failure);
    }

    /**
     * The exception for an error of which more is known than the step, such as the type of the KVM device that refused.
     *
     * @param step what was asked
     * @param subject of whom
     * @param errno the error
     * @param meaning what it means, in words, without a full stop
     * @param remedy one command or setting, without a full stop
     * @return the exception
     */
    public static VfioException of(Step step, String subject, Errno errno, String meaning, String remedy) {
        return of(step, subject, errno, new Explanation(meaning, remedy));
    }

    /** The exception for an error of which more is known than the step. */
    static VfioException of(Step step, String subject, Errno errno, Explanation explanation) {
        return new VfioException(step, subject, errno.number(), explanation, null);
    }

    /**
     * Passes the result of a call on, or throws what it means.
     *
     * @param step what was asked
     * @param subject of whom
     * @param result what the call returned: 0 or more, or {@code -errno}
     * @return the result
     * @throws VfioException if it is negative
     */
    public static int check(Step step, String subject, int result) throws VfioException {
        if (result < 0) {
            throw of(step, subject, -result);
        }
        return result;
    }

    /** {@return what was asked of the kernel} */
    public Step step() {
        return step;
    }

    /** {@return of whom it was asked: a path, a device's name, a region} */
    public String subject() {
        return subject;
    }

    /** {@return the error; {@link Errno#UNKNOWN} if the headers do not name it, see {@link #errorNumber}} */
    public Errno errno() {
        return Errno.of(number);
    }

    /** {@return the number of the error, positive; 0 if the kernel was asked through a file and the number is not known} */
    public int errorNumber() {
        return number;
    }

    /** {@return what the error means at this step} */
    public String meaning() {
        return meaning;
    }

    /** {@return what to do: one command or setting} */
    public String remedy() {
        return remedy;
    }
}
