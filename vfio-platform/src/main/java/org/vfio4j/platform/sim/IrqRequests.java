// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.linux.Errno;

/** Who has requested which interrupt (request_irq of kernel/irq/manage.c). VFIO does not share; kernel drivers do. */
final class IrqRequests {
    private final Set<Line> exclusive = new HashSet<>();
    private final Map<Line, Integer> shared = new HashMap<>();

    private record Line(String controller, List<Integer> specifier) {
        static Line of(IrqMapping irq) {
            return new Line(irq.controller(), irq.specifier());
        }
    }

    /** False if somebody has the interrupt. */
    boolean requestExclusive(IrqMapping irq) {
        Line line = Line.of(irq);
        return !shared.containsKey(line) && exclusive.add(line);
    }

    void freeExclusive(IrqMapping irq) {
        exclusive.remove(Line.of(irq));
    }

    /** A kernel driver requests all interrupts of its device; EBUSY if a VFIO user has one. */
    void requestShared(List<IrqMapping> irqs) {
        KernelError.require(irqs.stream().map(Line::of).noneMatch(exclusive::contains), Errno.EBUSY);
        irqs.forEach(irq -> shared.merge(Line.of(irq), 1, Integer::sum));
    }

    void freeShared(List<IrqMapping> irqs) {
        irqs.forEach(irq -> shared.computeIfPresent(Line.of(irq), (line, users) -> users == 1 ? null : users - 1));
    }
}
