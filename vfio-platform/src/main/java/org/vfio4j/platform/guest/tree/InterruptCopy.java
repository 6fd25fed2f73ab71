// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.dts.PhandleReference;
import org.vfio4j.devtree.dts.PhandleReferences;
import org.vfio4j.devtree.interrupt.Interrupt;
import org.vfio4j.devtree.interrupt.Interrupts;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.platform.guest.tree.GuestNode.Link;

/**
 * Writes the interrupts of a device's nodes as the guest sees them: those that VFIO exposes are SPIs of the guest's GIC;
 * those whose controller the guest has, too, stay as they are. A list ends at the first other one, as it does in Linux.
 */
final class InterruptCopy {
    // Binding interrupt-controller/arm,gic.yaml.
    private static final int SPI = 0;
    private static final int EDGE_RISING = 1;
    private static final int LEVEL_HIGH = 4;

    private final GuestDevice device;
    private final Copies copies;
    private final GuestNode controller;
    private final int specifierCells;
    private final Map<String, Integer> written = new HashMap<>();

    /**
     * Creates one for a device.
     *
     * @param device the device
     * @param copies what else the guest has
     * @param controller stands for the guest's GIC
     * @param specifierCells cells of a specifier of the GIC, 3 or 4
     */
    InterruptCopy(GuestDevice device, Copies copies, GuestNode controller, int specifierCells) {
        this.device = device;
        this.copies = copies;
        this.controller = controller;
        this.specifierCells = specifierCells;
    }

    /** An interrupt as the guest sees it: of a controller, with a specifier. */
    private record Entry(GuestNode parent, List<Integer> specifier) {}

    /** Whether a node's {@code interrupt-map} leads to where the guest cannot follow, so that it goes. */
    boolean isLostNexus(Node node) {
        Property map = node.property("interrupt-map").orElse(null);
        if (map == null) {
            return false;
        }
        List<PhandleReference> rows = PhandleReferences.in(node, map);
        return rows.isEmpty()
                || rows.stream().anyMatch(row -> copies.of(row.target()).isEmpty());
    }

    /** The copy of a node that is an interrupt parent in the guest, too. */
    private Optional<GuestNode> parentCopy(Node parent) {
        return isLostNexus(parent) ? Optional.empty() : copies.of(parent);
    }

    /** The copy of the node that {@code interrupt-parent} refers to, if the guest has it and it takes interrupts. */
    Optional<GuestNode> parentOf(Node node) {
        return node.property("interrupt-parent")
                .filter(parent -> parent.length() == 4)
                .flatMap(parent -> node.tree().byPhandle(parent.cell(0)))
                .filter(parent -> parent.hasProperty("#interrupt-cells"))
                .flatMap(this::parentCopy);
    }

    void write(Node node, GuestNode guest) {
        List<Interrupt> host = Interrupts.of(node).resolved();
        List<Entry> entries = entries(node, host);
        if (entries.isEmpty()) {
            return;
        }
        written.put(node.path(), entries.size());
        GuestNode found = foundParent(node);
        if (entries.stream().allMatch(entry -> entry.parent() == found)) {
            guest.cells(
                    "interrupts",
                    entries.stream()
                            .flatMap(entry -> entry.specifier().stream())
                            .toList());
        } else {
            List<Integer> cells = new ArrayList<>();
            List<Link> links = new ArrayList<>();
            for (Entry entry : entries) {
                links.add(new Link(cells.size(), entry.parent()));
                cells.add(0);
                cells.addAll(entry.specifier());
            }
            guest.linked("interrupts-extended", cells, links);
        }
        List<String> names = node.strings("interrupt-names");
        if (!names.isEmpty()) {
            guest.strings("interrupt-names", names.subList(0, Math.min(names.size(), entries.size())));
        }
    }

    /** How many interrupts of a host's node the guest has. */
    int countOf(String path) {
        return written.getOrDefault(path, 0);
    }

    private List<Entry> entries(Node node, List<Interrupt> host) {
        List<Entry> entries = new ArrayList<>();
        for (Interrupt interrupt : host) {
            Optional<GuestNode> own =
                    copies.of(interrupt.controller()).flatMap(known -> parentCopy(interrupt.rawParent()));
            Optional<Entry> entry = own.isPresent()
                    ? Optional.of(new Entry(own.get(), interrupt.rawSpecifier()))
                    : spi(node, interrupt);
            if (entry.isEmpty()) {
                break;
            }
            entries.add(entry.get());
        }
        return entries;
    }

    private Optional<Entry> spi(Node node, Interrupt interrupt) {
        String path = node.path();
        return device.mapping().irqs().stream()
                .filter(irq -> irq.node().equals(path) && irq.sourceIndex() == interrupt.index())
                .map(IrqMapping::index)
                .map(index -> new Entry(controller, specifier(device.place().irq(index))))
                .findFirst();
    }

    private List<Integer> specifier(PlacedIrq irq) {
        List<Integer> cells = new ArrayList<>(List.of(SPI, irq.spi(), irq.isLevel() ? LEVEL_HIGH : EDGE_RISING));
        if (specifierCells == 4) {
            cells.add(0);
        }
        return cells;
    }

    /** What the search for the interrupt parent finds in the guest. */
    private GuestNode foundParent(Node node) {
        Node at = node;
        while (true) {
            Optional<GuestNode> named = parentOf(at);
            if (named.isPresent()) {
                return named.get();
            }
            if (at == device.node()) {
                // The guest's bus names the GIC.
                return controller;
            }
            at = at.parent().orElseThrow();
            if (at.hasProperty("#interrupt-cells") && !isLostNexus(at)) {
                return copies.of(at).orElseThrow();
            }
        }
    }
}
