// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import org.vfio4j.vfio.VfioException;

/** A level-triggered IRQ of VFIO, which masks itself when it fires: once it was unmasked, it fires at most once. */
interface HostLine {
    /** How often it fired since the last time, without waiting; 0 for not at all. */
    long take() throws VfioException;

    /** Unmasks it. If the device asserts the line, it fires soon, in most cases before this returns or shortly after. */
    void unmask() throws VfioException;
}
