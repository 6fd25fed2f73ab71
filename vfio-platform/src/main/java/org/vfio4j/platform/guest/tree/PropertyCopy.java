// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.dts.PhandleReference;
import org.vfio4j.devtree.dts.PhandleReferences;
import org.vfio4j.platform.guest.tree.GuestNode.Link;
import org.vfio4j.platform.guest.tree.GuestNote.Kind;
import org.vfio4j.platform.guest.tree.Suppliers.Supply;

/**
 * Copies the properties of one node that are neither addresses nor interrupts. References to what the guest has get its
 * phandles; of the others the rules of {@link ReferenceRule} say what becomes. An entry that goes leaves a hole (phandle
 * 0, which Linux takes as an entry that is not there) so that those after it keep index and name.
 */
final class PropertyCopy {
    private final Node node;
    private final GuestNode guest;
    private final Copies copies;
    private final Suppliers suppliers;
    private final List<GuestNote> notes;
    /** The names of properties that have lost what they name. */
    private final Set<String> lost = new HashSet<>();

    PropertyCopy(Node node, GuestNode guest, Copies copies, Suppliers suppliers, List<GuestNote> notes) {
        this.node = node;
        this.guest = guest;
        this.copies = copies;
        this.suppliers = suppliers;
        this.notes = notes;
    }

    void copy(Property property) {
        List<PhandleReference> references = PhandleReferences.in(node, property);
        boolean isInside = references.stream()
                .allMatch(reference -> copies.of(reference.target()).isPresent());
        Optional<ReferenceRule> rule = ReferenceRule.known(property.name());
        if (!references.isEmpty() && isInside) {
            guest.properties().put(property.name(), new GuestNode.Value(property.bytes(), insideLinks(references)));
        } else if (setsOwnClocks(property.name())) {
            guest.bytes(property.name(), property.bytes());
        } else if (rule.filter(r -> r.kind() == Kind.HOST).isPresent()) {
            drop(property, rule.get(), rule.get().why());
        } else if (references.isEmpty()) {
            copyPlain(property, rule);
        } else if (references.stream().anyMatch(reference -> reference.row() != reference.cell())) {
            drop(property, ReferenceRule.of(property.name()), "it leads to " + targets(references));
        } else {
            copyList(property, references);
        }
    }

    private boolean areInside(List<PhandleReference> references) {
        return references.stream()
                .allMatch(reference -> copies.of(reference.target()).isPresent());
    }

    /** Whether a property of numbers is about clocks that the device itself provides. */
    private boolean setsOwnClocks(String property) {
        List<PhandleReference> clocks =
                property.startsWith("assigned-clock-rates") || property.equals("assigned-clock-sscs")
                        ? node.property("assigned-clocks")
                                .map(list -> PhandleReferences.in(node, list))
                                .orElse(List.of())
                        : List.of();
        return !clocks.isEmpty() && areInside(clocks);
    }

    private List<Link> insideLinks(List<PhandleReference> references) {
        return references.stream()
                .map(reference ->
                        new Link(reference.cell(), copies.of(reference.target()).orElseThrow()))
                .toList();
    }

    private static String targets(List<PhandleReference> references) {
        return String.join(
                ", ", references.stream().map(r -> r.target().path()).distinct().toList());
    }

    private void copyPlain(Property property, Optional<ReferenceRule> rule) {
        boolean isBroken = rule.isPresent()
                && !property.name().endsWith("-names")
                && property.cells().length > 0
                && property.cell(0) != 0
                && !node.hasProperty("gpio-hog");
        if (isBroken) {
            drop(property, rule.get(), "its references lead nowhere in the host's tree");
            return;
        }
        guest.bytes(property.name(), property.bytes());
        if (PhandleReferences.mayHoldUnknown(node, property) && !ReferenceRule.isNumber(property.name())) {
            suspect(property);
        }
    }

    /** A number of a property of no known binding that is also the phandle of a node: nobody can tell which it is. */
    private void suspect(Property property) {
        for (int cell : property.cells()) {
            Optional<Node> target = node.tree().byPhandle(cell);
            if (target.isPresent()) {
                note(
                        Kind.CHECK,
                        property.name(),
                        "0x" + Integer.toHexString(cell) + " in it is also the phandle of "
                                + target.get().path() + "; it was copied as a number",
                        "if it is a reference, leave the property out and provide what it refers to");
                return;
            }
        }
    }

    private void copyList(Property property, List<PhandleReference> references) {
        ReferenceRule rule = ReferenceRule.of(property.name());
        List<Integer> cells = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        int at = 0;
        int entry = 0;
        for (PhandleReference reference : references) {
            // What is between two entries is holes.
            for (; at < reference.cell(); at++, entry++) {
                cells.add(0);
            }
            List<Integer> specifier = specifier(property, reference);
            Optional<Supply> supply = supply(property, reference.target(), specifier);
            if (supply.isPresent()) {
                links.add(new Link(cells.size(), supply.get().node()));
            } else {
                missing.add(entryName(rule, entry) + reference.target().path() + words(specifier));
            }
            cells.add(0);
            supply.ifPresent(s -> cells.addAll(s.specifier()));
            at = reference.end();
            entry++;
        }
        if (links.isEmpty()) {
            drop(property, rule, rule.why() + ": " + String.join(", ", missing));
            return;
        }
        guest.linked(property.name(), cells, links);
        if (!missing.isEmpty()) {
            note(rule.kind(), property.name(), rule.why() + ": " + String.join(", ", missing), rule.remedy());
        }
    }

    private String entryName(ReferenceRule rule, int entry) {
        List<String> names = node.strings(rule.names());
        return entry < names.size() ? "'" + names.get(entry) + "' of " : "[" + entry + "] of ";
    }

    private static String words(List<Integer> specifier) {
        StringBuilder words = new StringBuilder();
        specifier.forEach(cell -> words.append(words.length() == 0 ? ":" : ",").append(Integer.toUnsignedString(cell)));
        return words.toString();
    }

    private static List<Integer> specifier(Property property, PhandleReference reference) {
        List<Integer> specifier = new ArrayList<>();
        for (int i = reference.cell() + 1; i < reference.end(); i++) {
            specifier.add(property.cell(i));
        }
        return specifier;
    }

    private Optional<Supply> supply(Property property, Node target, List<Integer> specifier) {
        Optional<GuestNode> inside = copies.of(target);
        return inside.isPresent()
                ? Optional.of(new Supply(inside.get(), specifier))
                : suppliers.of(node, property.name(), target, specifier);
    }

    private void drop(Property property, ReferenceRule rule, String why) {
        lost.add(rule.names());
        note(rule.kind(), property.name(), why, rule.remedy());
    }

    private void note(Kind kind, String property, String why, String remedy) {
        notes.add(new GuestNote(kind, node.path(), property, why, remedy));
    }

    /** Takes away the names of what is not there any more, after all properties were copied. */
    void finish() {
        for (String names : lost) {
            guest.properties().remove(names);
        }
        if (lost.contains("pinctrl-names")) {
            guest.properties().keySet().removeIf(name -> name.startsWith("pinctrl-"));
        }
    }
}
