// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.util.Optional;
import org.vfio4j.platform.dma.DmaStack;

/**
 * Whether a way to open devices can be used.
 *
 * @param stack the way
 * @param obstacle the first thing that keeps it from being used; empty if there is none
 */
public record StackVerdict(DmaStack stack, Optional<Finding> obstacle) {
    /** {@return true if it can be used} */
    public boolean isUsable() {
        return obstacle.isEmpty();
    }
}
