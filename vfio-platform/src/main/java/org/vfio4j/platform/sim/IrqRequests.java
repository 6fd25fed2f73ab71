// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.devtree.interrupt.Interrupt;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.linux.Errno;

/**
 * Who has requested which interrupt (request_irq of kernel/irq/manage.c). VFIO does not share; kernel drivers do. A
 * driver that makes an interrupt controller of its device chains its handler instead (kernel/irq/chip.c), and the
 * interrupt cannot be requested any more, also after the driver is gone.
 */
final class IrqRequests {
    private final Set<Line> exclusive = new HashSet<>();
    private final Map<Line, Integer> shared = new HashMap<>();
    private final Set<Line> chained = new HashSet<>();
    private final Map<Line, InterruptWire> wires = new HashMap<>();

    private record Line(String controller, List<Integer> specifier) {
        static Line of(IrqMapping irq) {
            return new Line(irq.controller(), irq.specifier());
        }

        static Line of(Interrupt interrupt) {
            return new Line(interrupt.controller().path(), interrupt.specifier());
        }
    }

    InterruptWire wire(IrqMapping irq) {
        return wires.computeIfAbsent(Line.of(irq), line -> new InterruptWire());
    }

    InterruptWire wire(Interrupt interrupt) {
        return wires.computeIfAbsent(Line.of(interrupt), line -> new InterruptWire());
    }

    /** What request_irq fails with: EINVAL for a chained interrupt, EBUSY if somebody has it; empty if it does not. */
    Optional<Errno> requestExclusive(IrqMapping irq) {
        Line line = Line.of(irq);
        if (chained.contains(line)) {
            return Optional.of(Errno.EINVAL);
        }
        boolean free = !shared.containsKey(line) && exclusive.add(line);
        return free ? Optional.empty() : Optional.of(Errno.EBUSY);
    }

    void freeExclusive(IrqMapping irq) {
        exclusive.remove(Line.of(irq));
    }

    /** A kernel driver requests all interrupts of its device; EBUSY if a VFIO user has one. */
    void requestShared(List<IrqMapping> irqs) {
        KernelError.require(irqs.stream().map(Line::of).noneMatch(exclusive::contains), Errno.EBUSY);
        irqs.forEach(irq -> shared.merge(Line.of(irq), 1, Integer::sum));
    }

    /** A driver chains a handler to all interrupts of its device; see irq_set_chained_handler. */
    void chain(List<IrqMapping> irqs) {
        irqs.stream().map(Line::of).forEach(chained::add);
    }

    void freeShared(List<IrqMapping> irqs) {
        irqs.forEach(irq -> shared.computeIfPresent(Line.of(irq), (line, users) -> users == 1 ? null : users - 1));
    }
}
