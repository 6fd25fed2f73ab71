// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

/** Which way to the registers of a region the opener wants. */
public enum Access {
    /** The best that the kernel offers: mapped if the region can be, else trapped. */
    AUTOMATIC,
    /** Mapped, or an exception that says why not. */
    MAPPED,
    /**
     * Mapped, and each access waits until the JVM knows how it ended, so that an external abort (a device without clock
     * or power, a hole in the region) is the exception of the very access that met it. For probing: it costs about 300 ns
     * and some bytes of garbage for each access. With {@link #MAPPED} the JVM tells of an abort soon after, when compiled
     * code no longer knows which access it was; see {@link Region}.
     */
    MAPPED_CHECKED,
    /**
     * Trapped, though the region may be mappable: each access is a system call, which the kernel makes and a tracer sees.
     * It does not help against external aborts: in the kernel they stop the machine.
     */
    TRAPPED
}
