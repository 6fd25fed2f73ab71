// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import java.util.List;
import org.vfio4j.devtree.Node;

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

    /**
     * What a specifier says of the line. Known are the GIC and the controllers in front of it, Open PICs, and the common
     * form of two cells; all others give {@link #UNKNOWN}, as does type 0, which leaves the choice to the driver.
     *
     * @param controller the interrupt controller
     * @param specifier the cells for it
     * @return the trigger
     */
    public static InterruptTrigger of(Node controller, List<Integer> specifier) {
        return SpecifierFormat.of(controller, specifier.size()).trigger(specifier);
    }

    /** {@return true for the two level triggers, which VFIO masks automatically} */
    public boolean isLevel() {
        return this == LEVEL_HIGH || this == LEVEL_LOW;
    }
}
