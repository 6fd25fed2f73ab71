// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.io.IOException;

/**
 * Takes the mapped regions of a device away from the guest while a level-triggered interrupt of it is pending, so that the
 * guest's accesses trap and tell when the line may have changed. That is only needed where KVM does not tell that the guest
 * ended an interrupt, see {@link LineDelivery#PROGRAM}.
 *
 * <p>Both are called by one thread, in turn, {@link #trap} first. Neither may wait for a vCPU that is in a handler of a
 * trapped access.
 */
public interface TrapWhilePending {
    /** For a device without mapped regions, all of whose accesses trap at any time. */
    TrapWhilePending NOTHING_MAPPED = new TrapWhilePending() {
        @Override
        public void trap() {}

        @Override
        public void map() {}
    };

    /**
     * Takes the memory slots of the device away. When this returns, no access of the guest goes by them any more.
     *
     * @throws IOException if the kernel refuses
     */
    void trap() throws IOException;

    /**
     * Gives them back.
     *
     * @throws IOException if the kernel refuses
     */
    void map() throws IOException;
}
