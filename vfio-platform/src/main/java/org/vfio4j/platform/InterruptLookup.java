// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.vfio4j.devtree.mapper.IrqMapping;

/** Finds the VFIO index of an interrupt by what the device tree says of it. */
final class InterruptLookup {
    private InterruptLookup() {}

    static int byName(Inspection inspection, String name) throws MappingMismatchException {
        return only(inspection, is -> is.name().equals(Optional.of(name)), "an interrupt of the name " + name);
    }

    static int byNode(Inspection inspection, String node, int entry) throws MappingMismatchException {
        return only(
                inspection,
                is -> is.node().equals(node) && is.sourceIndex() == entry,
                "interrupt " + entry + " of " + node);
    }

    private static int only(Inspection inspection, Predicate<IrqMapping> wanted, String what)
            throws MappingMismatchException {
        if (!inspection.isMapped()) {
            throw new MappingMismatchException(inspection.name(), inspection.errors());
        }
        List<IrqMapping> mappings = inspection.irqs().stream()
                .flatMap(irq -> irq.mapping().stream())
                .toList();
        List<IrqMapping> found = mappings.stream().filter(wanted).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException("expected " + what + "; " + inspection.name() + " has "
                    + (found.isEmpty() ? "" : "several: ")
                    + (mappings.isEmpty()
                            ? "no interrupts"
                            : mappings.stream().map(InterruptLookup::describe).collect(Collectors.joining(", "))));
        }
        return found.get(0).index();
    }

    private static String describe(IrqMapping is) {
        return "IRQ " + is.index() + is.name().map(name -> " \"" + name + "\"").orElse("") + " from " + is.property()
                + "[" + is.sourceIndex() + "] of " + is.node();
    }
}
