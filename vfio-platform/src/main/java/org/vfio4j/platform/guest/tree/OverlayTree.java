// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.platform.guest.tree.GuestNode.Link;

/**
 * The nodes of a guest's devices as an overlay, in the form of {@code Documentation/dt-object-internal.txt} of dtc: {@code
 * __fixups__} has the places for phandles of the base, by label; {@code __local_fixups__} those for phandles of the
 * overlay itself.
 */
final class OverlayTree {
    private static final String FRAGMENT = "fragment@0";
    private static final String OVERLAY = "__overlay__";

    private final GuestBase base;
    private final GuestNodes nodes;
    private final Optional<String> label;
    private final Phandles phandles = Phandles.ofOverlay();
    private final DeviceTreeBuilder out = DeviceTree.builder();

    OverlayTree(GuestBase base, GuestNodes nodes) {
        this.base = base;
        this.nodes = nodes;
        this.label = base.controllerLabel();
    }

    DeviceTree build() throws GuestTreeException {
        // Of the base without a label only the number is left.
        int known =
                label.isPresent() ? -1 : base.interruptController().phandle().orElse(-1);
        if (label.isEmpty() && known == -1) {
            throw new GuestTreeException(
                    GuestTreeException.Kind.NO_INTERRUPT_CONTROLLER,
                    "the GIC " + base.interruptController().path()
                            + " of the guest's tree has neither a label nor a phandle, so an overlay cannot refer to it:"
                            + " write the whole tree");
        }
        phandles.put(nodes.controller(), known);
        phandles.number(nodes.roots());
        try {
            write();
        } catch (DeviceTreeException e) {
            throw MergedTree.tooDeep(e);
        }
        return out.build();
    }

    private void write() {
        out.beginNode("").beginNode(FRAGMENT).strings("target-path", "/").beginNode(OVERLAY);
        // The same as the base's, for dtc, which does not see the base.
        out.cells("#address-cells", base.addressCells()).cells("#size-cells", base.sizeCells());
        NodeWriter writer = new NodeWriter(out, phandles);
        nodes.roots().forEach(writer::write);
        out.endNode().endNode();
        String prefix = "/" + FRAGMENT + "/" + OVERLAY;
        out.beginNode("__symbols__");
        nodes.labels()
                .forEach((device, symbol) ->
                        out.strings(symbol, prefix + nodes.paths().get(device)));
        out.endNode();
        List<String> fixups = new ArrayList<>();
        nodes.roots().forEach(node -> collectFixups(node, prefix, fixups));
        if (label.isPresent() && !fixups.isEmpty()) {
            out.beginNode("__fixups__")
                    .strings(label.get(), fixups.toArray(String[]::new))
                    .endNode();
        }
        if (nodes.roots().stream().anyMatch(this::hasLocal)) {
            out.beginNode("__local_fixups__").beginNode(FRAGMENT).beginNode(OVERLAY);
            nodes.roots().forEach(this::writeLocalFixups);
            out.endNode().endNode().endNode();
        }
        out.endNode();
    }

    private void collectFixups(GuestNode node, String parent, List<String> fixups) {
        String path = parent + "/" + node.name();
        node.properties().forEach((name, value) -> {
            for (Link link : value.links()) {
                if (link.target() == nodes.controller()) {
                    fixups.add(path + ":" + name + ":" + link.cell() * 4);
                }
            }
        });
        node.children().forEach(child -> collectFixups(child, path, fixups));
    }

    private boolean hasLocal(GuestNode node) {
        return node.properties().values().stream().anyMatch(value -> localOffsets(value).length > 0)
                || node.children().stream().anyMatch(this::hasLocal);
    }

    private void writeLocalFixups(GuestNode node) {
        if (!hasLocal(node)) {
            return;
        }
        out.beginNode(node.name());
        node.properties().forEach((name, value) -> {
            int[] offsets = localOffsets(value);
            if (offsets.length > 0) {
                out.cells(name, offsets);
            }
        });
        node.children().forEach(this::writeLocalFixups);
        out.endNode();
    }

    private int[] localOffsets(GuestNode.Value value) {
        return value.links().stream()
                .filter(link -> link.target() != nodes.controller())
                .mapToInt(link -> link.cell() * 4)
                .toArray();
    }
}
