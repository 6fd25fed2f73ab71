// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.Set;

/**
 * What the user knows better than the host's tree.
 *
 * @param leftOut names of properties that no node of a device is to have in the guest
 * @param clockRates rates of clocks
 */
public record GuestTreeOptions(Set<String> leftOut, ClockRates clockRates) {
    /** Copies the set. */
    public GuestTreeOptions {
        leftOut = Set.copyOf(leftOut);
    }

    /** {@return options of a user who knows nothing better} */
    public static GuestTreeOptions none() {
        return new GuestTreeOptions(Set.of(), ClockRates.unknown());
    }
}
