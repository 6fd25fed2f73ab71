// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.mapper.RegionSource;

/** Finds the VFIO index of a region by what the device tree says of it. */
final class RegionLookup {
    private RegionLookup() {}

    static int byName(Inspection inspection, String name) throws MappingMismatchException {
        return only(inspection, is -> is.name().equals(Optional.of(name)), "a region of the name " + name);
    }

    static int byProperty(Inspection inspection, String node, RegionSource property, int entry)
            throws MappingMismatchException {
        return only(
                inspection,
                is -> is.node().equals(node) && is.source() == property && is.sourceIndex() == entry,
                property.property() + "[" + entry + "] of " + node);
    }

    private static int only(Inspection inspection, Predicate<RegionMapping> wanted, String what)
            throws MappingMismatchException {
        if (!inspection.isMapped()) {
            throw new MappingMismatchException(inspection.name(), inspection.errors());
        }
        List<RegionMapping> mappings = inspection.regions().stream()
                .flatMap(region -> region.mapping().stream())
                .toList();
        List<RegionMapping> found = mappings.stream().filter(wanted).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException("expected " + what + "; " + inspection.name() + " has "
                    + (found.isEmpty() ? "" : "several: ")
                    + (mappings.isEmpty()
                            ? "no regions"
                            : mappings.stream().map(RegionLookup::describe).collect(Collectors.joining(", "))));
        }
        return found.get(0).index();
    }

    private static String describe(RegionMapping is) {
        return "region " + is.index()
                + is.name().map(name -> " \"" + name + "\"").orElse("") + " from "
                + is.source().property() + "[" + is.sourceIndex() + "] of " + is.node();
    }
}
