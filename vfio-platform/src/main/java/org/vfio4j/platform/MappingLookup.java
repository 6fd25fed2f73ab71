// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.mapper.RegionSource;

/** Finds the VFIO index of a region or an interrupt by what the device tree says of it. */
final class MappingLookup {
    private MappingLookup() {}

    private enum Kind {
        REGION("region", "regions"),
        IRQ("IRQ", "interrupts");

        private final String one;
        private final String all;

        Kind(String one, String all) {
            this.one = one;
            this.all = all;
        }
    }

    /** What of a mapping is asked for: an entry of a node's property, and its name. */
    private record Candidate(int index, Optional<String> name, String node, String property, int entry) {
        static Candidate of(RegionMapping is) {
            return new Candidate(is.index(), is.name(), is.node(), is.source().property(), is.sourceIndex());
        }

        static Candidate of(IrqMapping is) {
            return new Candidate(is.index(), is.name(), is.node(), is.property(), is.sourceIndex());
        }

        String describe(Kind kind) {
            return kind.one + " " + index + name.map(n -> " \"" + n + "\"").orElse("") + " from " + property + "["
                    + entry + "] of " + node;
        }
    }

    static int region(Inspection inspection, String name) throws MappingMismatchException {
        return region(inspection, is -> is.name().equals(Optional.of(name)), "a region of the name " + name);
    }

    static int region(Inspection inspection, String node, RegionSource source, int entry)
            throws MappingMismatchException {
        String property = source.property();
        return region(
                inspection,
                is -> is.node().equals(node) && is.property().equals(property) && is.entry() == entry,
                property + "[" + entry + "] of " + node);
    }

    static int interrupt(Inspection inspection, String name) throws MappingMismatchException {
        return interrupt(inspection, is -> is.name().equals(Optional.of(name)), "an interrupt of the name " + name);
    }

    static int interrupt(Inspection inspection, String node, int entry) throws MappingMismatchException {
        return interrupt(
                inspection, is -> is.node().equals(node) && is.entry() == entry, "interrupt " + entry + " of " + node);
    }

    private static int region(Inspection inspection, Predicate<Candidate> wanted, String what)
            throws MappingMismatchException {
        Stream<Candidate> regions = inspection.regions().stream()
                .flatMap(region -> region.mapping().stream())
                .map(Candidate::of);
        return only(inspection, regions.toList(), wanted, what, Kind.REGION);
    }

    private static int interrupt(Inspection inspection, Predicate<Candidate> wanted, String what)
            throws MappingMismatchException {
        Stream<Candidate> irqs = inspection.irqs().stream()
                .flatMap(irq -> irq.mapping().stream())
                .map(Candidate::of);
        return only(inspection, irqs.toList(), wanted, what, Kind.IRQ);
    }

    private static int only(
            Inspection inspection, List<Candidate> there, Predicate<Candidate> wanted, String what, Kind kind)
            throws MappingMismatchException {
        if (!inspection.isMapped()) {
            throw new MappingMismatchException(inspection.name(), inspection.errors());
        }
        List<Candidate> found = there.stream().filter(wanted).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException("expected " + what + "; " + inspection.name() + " has "
                    + (found.isEmpty() ? "" : "several: ")
                    + (there.isEmpty()
                            ? "no " + kind.all
                            : there.stream().map(is -> is.describe(kind)).collect(Collectors.joining(", "))));
        }
        return found.get(0).index();
    }
}
