// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

/** Makes the JVM say now what it would say later: that an access to mapped memory met an external abort (SIGBUS). */
final class Abort {
    /** Not final and not 0 for the compiler, which would know better than to call the JVM. */
    private static volatile int none;

    @SuppressWarnings("unused")
    private static volatile Object sink;

    private Abort() {}

    /**
     * Throws the {@link InternalError} of an access of this thread, if one is pending. HotSpot raises it when compiled
     * code comes back from a call into the JVM. On JDK 17 native methods are no such calls, and most others are compiled
     * away; making an array of arrays whose sizes are not known is one on 17 and on 25.
     */
    static void raisePending() {
        sink = new int[none][none];
    }
}
