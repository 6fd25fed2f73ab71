// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Starts a sample for {@code samples/run}: what goes wrong for a reason that a user can do something about is one line,
 * and exit code 1. With the environment variable {@code VFIO_DEBUG} it is a stack trace.
 */
public final class Launcher {
    private Launcher() {}

    /**
     * Starts a sample.
     *
     * @param arguments the class below this package, such as {@code pl031.Alarm}, and its arguments
     * @throws Throwable what the sample throws, but for a reason that a user can do something about
     */
    public static void main(String[] arguments) throws Throwable {
        Class<?> sample = Class.forName(Launcher.class.getPackageName() + "." + arguments[0]);
        try {
            sample.getMethod("main", String[].class)
                    .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException thrown) {
            Throwable failure = thrown.getCause();
            if (!isForUsers(failure)
                    || !System.getenv().getOrDefault("VFIO_DEBUG", "").isEmpty()) {
                throw failure;
            }
            System.err.println(sample.getSimpleName() + ": " + failure.getMessage());
            System.exit(1);
        }
    }

    /** The kernel says no, the arguments are wrong, the device is not bound, or it has no IOMMU. */
    private static boolean isForUsers(Throwable failure) {
        return failure instanceof IOException
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException
                || failure instanceof UnsupportedOperationException;
    }
}
