// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A failure in the guest, with the place, the message and the stack trace that it had there. */
final class GuestFailure extends AssertionError {
    private static final long serialVersionUID = 1L;
    private static final Pattern FRAME = Pattern.compile("\\s*at (?:[^/(]*/)*([^(]+)\\.([^.(]+)\\(([^:)]*):?(\\d*)\\)");
    private static final int NATIVE = -2;

    private final String type;

    /**
     * @param test the test as a person reads it
     * @param type the class of the exception
     * @param message its message
     * @param trace what printStackTrace printed
     */
    GuestFailure(String test, String type, String message, String trace) {
        super("in the guest, " + test + "\n" + message);
        this.type = type;
        setStackTrace(frames(trace));
    }

    private static StackTraceElement[] frames(String trace) {
        List<StackTraceElement> frames = new ArrayList<>();
        for (String line : trace.split("\n")) {
            if (line.startsWith("Caused by:")) {
                break;
            }
            Matcher frame = FRAME.matcher(line);
            if (frame.matches()) {
                int number = frame.group(4).isEmpty() ? NATIVE : Integer.parseInt(frame.group(4));
                frames.add(new StackTraceElement(frame.group(1), frame.group(2), frame.group(3), number));
            }
        }
        return frames.toArray(StackTraceElement[]::new);
    }

    @Override
    public String toString() {
        return type + " " + getMessage();
    }
}
