// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl061;

/** What of a line makes an interrupt. */
public enum Trigger {
    /** The line becomes high. */
    RISING(false, false, true),
    /** The line becomes low. */
    FALLING(false, false, false),
    /** The line changes. */
    BOTH(false, true, false),
    /** The line is high. */
    HIGH(true, false, true),
    /** The line is low. */
    LOW(true, false, false);

    /** For the bit of GPIOIS. */
    final boolean level;
    /** For the bit of GPIOIBE. */
    final boolean bothEdges;
    /** For the bit of GPIOIEV. */
    final boolean risingOrHigh;

    Trigger(boolean level, boolean bothEdges, boolean risingOrHigh) {
        this.level = level;
        this.bothEdges = bothEdges;
        this.risingOrHigh = risingOrHigh;
    }
}
