// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

/** When an interrupt line is active, as far as its specifier tells. */
public enum InterruptTrigger {
    /** Low to high. */
    EDGE_RISING,
    /** High to low. */
    EDGE_FALLING,
    /** Both edges. */
    EDGE_BOTH,
    /** As long as the line is high. */
    LEVEL_HIGH,
    /** As long as the line is low. */
    LEVEL_LOW,
    /** The specifier does not say, or its controller's format is not known here. */
    UNKNOWN;

    /** {@return true for the two level triggers, which VFIO masks automatically} */
    public boolean isLevel() {
        return this == LEVEL_HIGH || this == LEVEL_LOW;
    }
}
