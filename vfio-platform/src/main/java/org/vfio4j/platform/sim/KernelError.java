// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;

/** An error number on its way to the seam, where it becomes {@code -errno} or an IOException. */
final class KernelError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    KernelError(Errno errno) {
        super(errno.symbol(), null, false, false);
        this.errno = errno;
    }

    Errno errno() {
        return errno;
    }

    /** Refuses with EINVAL unless a condition holds. */
    static void requireValid(boolean condition) {
        require(condition, Errno.EINVAL);
    }

    static void require(boolean condition, Errno otherwise) {
        if (!condition) {
            throw new KernelError(otherwise);
        }
    }
}
