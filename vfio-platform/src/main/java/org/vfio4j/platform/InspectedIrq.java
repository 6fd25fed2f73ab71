// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.vfio.IrqInfo;

/**
 * A VFIO IRQ and what it is.
 *
 * @param index VFIO index of the IRQ
 * @param count number of interrupts of the index; 1 on these buses
 * @param flags what the device says; without an opened device, what follows from the trigger in the tree
 * @param mapping the interrupt of the tree; empty if device and tree disagree
 */
public record InspectedIrq(int index, int count, Set<IrqFlag> flags, Optional<IrqMapping> mapping) {
    /** What the kernel would say of an interrupt: vfio-platform masks level-triggered ones when they fire. */
    static InspectedIrq predicted(IrqMapping mapping) {
        Set<IrqFlag> flags = mapping.trigger().isLevel()
                ? EnumSet.of(IrqFlag.EVENTFD, IrqFlag.MASKABLE, IrqFlag.AUTOMASKED)
                : EnumSet.of(IrqFlag.EVENTFD);
        return new InspectedIrq(mapping.index(), 1, Collections.unmodifiableSet(flags), Optional.of(mapping));
    }

    /** What an opened device says of an IRQ. */
    static InspectedIrq of(IrqInfo info, Optional<IrqMapping> mapping) {
        Set<IrqFlag> flags = Collections.unmodifiableSet(IrqFlag.of(info.flags()));
        return new InspectedIrq(info.index(), info.count(), flags, mapping);
    }
}
