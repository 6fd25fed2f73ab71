// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.Cells;
import org.vfio4j.platform.guest.tree.GuestNote.Kind;

/** Makes the nodes of a guest's devices, and of what they refer to. */
final class GuestTreeGenerator {
    /** Not for labels: dtc checks a property of such a name, also in {@code __symbols__}. */
    private static final Set<String> NAMES_OF_BINDINGS = Set.of(
            "clocks",
            "compatible",
            "dmas",
            "gpio",
            "gpios",
            "hwlocks",
            "interrupts",
            "iommus",
            "mboxes",
            "model",
            "name",
            "phandle",
            "phys",
            "pwms",
            "ranges",
            "reg",
            "resets",
            "status");

    private final GuestBase base;
    private final GuestTreeOptions options;
    private final Copies copies = new Copies();
    private final GuestNode controller = new GuestNode("");
    private final List<GuestNote> notes = new ArrayList<>();
    private final Set<String> rootNames = new HashSet<>();

    GuestTreeGenerator(GuestBase base, GuestTreeOptions options) {
        this.base = base;
        this.options = options;
        for (Node child : base.tree().root().children()) {
            rootNames.add(child.name());
            // libfdt finds a@1 by the name a, too (fdt_subnode_offset), and would add our node's content to that one.
            rootNames.add(child.baseName());
        }
    }

    GuestNodes generate(List<GuestDevice> devices) throws GuestTreeException {
        if (base.isMinimal()) {
            notes.add(new GuestNote(
                    Kind.PROVIDE,
                    "/",
                    "",
                    "made without a base: the whole tree has a GICv3 where QEMU's machine virt has it and no CPUs, memory or"
                            + " timer; the overlay is for a root with addresses and sizes of two cells and a GIC of label"
                            + " intc",
                    "give the guest's tree as base, or apply the overlay to such a one"));
        }
        Map<GuestDevice, GuestNode> tops = new LinkedHashMap<>();
        for (GuestDevice device : devices) {
            refuse(device);
            tops.put(device, copies.make(device.node()));
        }
        GuestNode bus = bus();
        Suppliers suppliers = new Suppliers(options.clockRates(), rootNames);
        List<GuestNode> besides = new ArrayList<>();
        Set<String> labelsTaken = new HashSet<>(base.tree().labels().keySet());
        labelsTaken.addAll(NAMES_OF_BINDINGS);
        Map<String, String> labels = new LinkedHashMap<>();
        Map<String, String> paths = new LinkedHashMap<>();
        tops.forEach((device, top) -> {
            new DeviceCopy(device, base, controller, copies, suppliers, options, notes).fill();
            String path = "/" + bus.name() + "/" + top.name();
            if (top.name().indexOf('@') >= 0) {
                bus.add(top);
            } else {
                // A node without an address has no place on a bus of addresses.
                top.rename(UniqueNames.add(rootNames, top.name(), "-"));
                besides.add(top);
                path = "/" + top.name();
            }
            paths.put(device.place().name(), path);
            labels.put(device.place().name(), UniqueNames.add(labelsTaken, labelOf(device.node()), "_"));
        });
        List<GuestNode> roots = new ArrayList<>(suppliers.nodes());
        roots.add(bus);
        roots.addAll(besides);
        return new GuestNodes(
                roots,
                controller,
                List.copyOf(notes),
                Collections.unmodifiableMap(labels),
                Collections.unmodifiableMap(paths));
    }

    private static void refuse(GuestDevice device) throws GuestTreeException {
        Node node = device.node();
        if (node.isRoot()
                || device.mapping().regions().isEmpty()
                        && device.mapping().irqs().isEmpty()) {
            throw new GuestTreeException(
                    GuestTreeException.Kind.NOTHING_TO_ASSIGN,
                    node.path() + " has no region and no interrupt that VFIO exposes: there is nothing to assign");
        }
        if (Cells.forChildrenOf(node).address().origin() == Cells.Origin.BUS_TYPE) {
            throw new GuestTreeException(
                    GuestTreeException.Kind.UNSUPPORTED_BUS,
                    node.path() + " is a PCI or ISA bus: assign the devices on it with vfio-pci");
        }
    }

    /** Its addresses are the guest's own: crosvm writes such into {@code reg} of a node that an overlay has. */
    private GuestNode bus() {
        GuestNode bus = new GuestNode(UniqueNames.add(rootNames, "platform-bus", "-"));
        bus.strings("compatible", List.of("simple-bus"));
        bus.cells("#address-cells", List.of(base.addressCells()));
        bus.cells("#size-cells", List.of(base.sizeCells()));
        bus.flag("ranges");
        bus.link("interrupt-parent", controller);
        return bus;
    }

    private static String labelOf(Node node) {
        String path = node.path();
        return node.tree().labels().entrySet().stream()
                .filter(symbol -> symbol.getValue().equals(path))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> UniqueNames.label(node.baseName()));
    }
}
