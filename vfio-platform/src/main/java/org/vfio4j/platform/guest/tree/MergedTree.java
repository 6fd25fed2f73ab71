// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.platform.guest.tree.GuestTreeException.Kind;

/** A guest's whole tree: the base, with the nodes of the devices behind the root's children. */
final class MergedTree {
    private final GuestBase base;
    private final GuestNodes nodes;
    private final Phandles phandles;
    private final DeviceTreeBuilder out = DeviceTree.builder();

    MergedTree(GuestBase base, GuestNodes nodes) {
        this.base = base;
        this.nodes = nodes;
        this.phandles = Phandles.beyond(base.tree());
    }

    DeviceTree build() throws GuestTreeException {
        phandles.put(nodes.controller(), base.interruptController().phandle().orElseGet(phandles::next));
        phandles.number(nodes.roots());
        base.tree().memoryReservations().forEach(memory -> out.reserveMemory(memory.address(), memory.size()));
        out.bootCpuId(base.tree().bootCpuId());
        try {
            copy(base.tree().root());
        } catch (DeviceTreeException e) {
            throw tooDeep(e);
        }
        return out.build();
    }

    static GuestTreeException tooDeep(DeviceTreeException e) {
        return new GuestTreeException(Kind.TOO_DEEP, "a device has nodes too far below it: " + e.getMessage());
    }

    private void copy(Node node) {
        out.beginNode(node.name());
        for (Property property : node.properties()) {
            out.property(property.name(), property.bytes());
        }
        if (node == base.interruptController() && node.phandle().isEmpty()) {
            out.cells("phandle", phandles.of(nodes.controller()));
        }
        if (node.name().equals("__symbols__")
                && node.parent().filter(Node::isRoot).isPresent()) {
            nodes.labels()
                    .forEach((device, label) -> out.strings(label, nodes.paths().get(device)));
        }
        node.children().forEach(this::copy);
        if (node.isRoot()) {
            NodeWriter writer = new NodeWriter(out, phandles);
            nodes.roots().forEach(writer::write);
        }
        out.endNode();
    }
}
