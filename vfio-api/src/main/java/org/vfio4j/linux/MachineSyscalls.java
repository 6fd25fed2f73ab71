// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Finds the implementation of {@link LinuxSyscalls} that loads native libraries, when it is first asked for. It is a
 * service, so this package does not depend on the one that implements it.
 */
final class MachineSyscalls {
    private static LinuxSyscalls instance;

    private MachineSyscalls() {}

    static synchronized LinuxSyscalls get() {
        if (instance == null) {
            try {
                instance = ServiceLoader.load(LinuxSyscalls.class, LinuxSyscalls.class.getClassLoader())
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("vfio-api is packed without META-INF/services"));
            } catch (ServiceConfigurationError | LinkageError e) {
                throw new UnsupportedOperationException(
                        "system calls need a 64-bit Linux and the native libraries of" + " jnr-posix: "
                                + (e.getCause() == null ? e : e.getCause()).getMessage(),
                        e);
            }
        }
        return instance;
    }
}
