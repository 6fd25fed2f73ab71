// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.dts.PhandleReference;
import org.vfio4j.devtree.dts.PhandleReferences;
import org.vfio4j.platform.guest.tree.GuestNode.Link;

/**
 * Gives a guest what its devices refer to and what is no device: nodes that only state facts, such as a fixed clock, with
 * all that those refer to; and a fixed clock in place of a clock whose rate is known.
 */
final class Suppliers {
    /** Nodes that need no register, line or bus: what they say is true in the guest, too. */
    private static final List<String> FACTS =
            List.of("fixed-clock", "fixed-factor-clock", "regulator-fixed", "usb-nop-xceiv");

    private static final Set<String> NOT_COPIED = Set.of("phandle", "linux,phandle", "ibm,phandle", "name", "reg");

    /** clock-frequency of a fixed clock is one cell. */
    private static final long MAX_RATE = 0xffff_ffffL;

    private final ClockRates rates;
    private final Set<String> names;
    private final Map<String, GuestNode> carried = new HashMap<>();
    private final Map<String, GuestNode> fixed = new HashMap<>();
    private final List<GuestNode> nodes = new ArrayList<>();

    /**
     * Creates one.
     *
     * @param rates what the user knows of the host's clocks
     * @param names the names that nodes of the guest's root have; those of new nodes are added
     */
    Suppliers(ClockRates rates, Set<String> names) {
        this.rates = rates;
        this.names = names;
    }

    /**
     * What a reference refers to in the guest.
     *
     * @param node the node
     * @param specifier the cells for it
     */
    record Supply(GuestNode node, List<Integer> specifier) {}

    /** {@return the nodes that were made, for the guest's root} */
    List<GuestNode> nodes() {
        return nodes;
    }

    Optional<Supply> of(Node consumer, String property, Node target, List<Integer> specifier) {
        if (isFact(target, new HashSet<>())) {
            return Optional.of(new Supply(carry(target), specifier));
        }
        return property.equals("clocks")
                ? rate(consumer, target, specifier)
                        .map(hertz -> new Supply(fixedClock(target, specifier, hertz), List.of()))
                : Optional.empty();
    }

    private static boolean isFact(Node node, Set<Node> seen) {
        if (!seen.add(node) || !node.isAvailable() || FACTS.stream().noneMatch(node::isCompatible)) {
            return false;
        }
        for (Property property : node.properties()) {
            for (PhandleReference reference : PhandleReferences.in(node, property)) {
                // Copies of the set: two ways to one parent are no circle.
                if (!isFact(reference.target(), new HashSet<>(seen))) {
                    return false;
                }
            }
        }
        return true;
    }

    private GuestNode carry(Node node) {
        GuestNode known = carried.get(node.path());
        if (known != null) {
            return known;
        }
        GuestNode copy = new GuestNode(uniqueName(node.baseName()));
        carried.put(node.path(), copy);
        for (Property property : node.properties()) {
            if (NOT_COPIED.contains(property.name())) {
                continue;
            }
            List<Link> links = PhandleReferences.in(node, property).stream()
                    .map(reference -> new Link(reference.cell(), carry(reference.target())))
                    .toList();
            copy.properties().put(property.name(), new GuestNode.Value(property.bytes(), links));
        }
        nodes.add(copy);
        return copy;
    }

    private Optional<Long> rate(Node consumer, Node provider, List<Integer> specifier) {
        OptionalLong told = rates.rate(provider, specifier);
        OptionalLong rate = told.isPresent() ? told : ClockRates.inTree(consumer, provider, specifier);
        if (rate.isPresent() && (rate.getAsLong() < 1 || rate.getAsLong() > MAX_RATE)) {
            throw new IllegalArgumentException(
                    "expected a clock rate of 1 to " + MAX_RATE + " Hz; found " + rate.getAsLong());
        }
        return rate.isPresent() ? Optional.of(rate.getAsLong()) : Optional.empty();
    }

    /** Binding {@code clock/fixed-clock.yaml}. */
    private GuestNode fixedClock(Node provider, List<Integer> specifier, long hertz) {
        return fixed.computeIfAbsent(provider.path() + specifier + hertz, key -> {
            StringBuilder name = new StringBuilder(provider.baseName());
            specifier.forEach(cell -> name.append('-').append(Integer.toUnsignedString(cell)));
            GuestNode clock = new GuestNode(uniqueName(name.toString()));
            clock.strings("compatible", List.of("fixed-clock"));
            clock.cells("#clock-cells", List.of(0));
            clock.cells("clock-frequency", List.of((int) hertz));
            nodes.add(clock);
            return clock;
        });
    }

    private String uniqueName(String wanted) {
        return UniqueNames.add(names, wanted, "-");
    }
}
