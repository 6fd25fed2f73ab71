// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import org.vfio4j.vfio.VfioException;

/** An input of the guest's interrupt controller. */
@FunctionalInterface
interface GuestWire {
    /** Sets its level. */
    void set(boolean high) throws VfioException;
}
