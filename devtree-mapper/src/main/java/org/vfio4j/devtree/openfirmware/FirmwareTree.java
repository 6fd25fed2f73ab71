// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.MemoryReservation;
import org.vfio4j.devtree.Node;

/**
 * A layer over an immutable tree in which properties change: a handle for every node, which is also its {@code phandle}
 * if it had none, and {@code /chosen}. Nodes do not come or go.
 */
final class FirmwareTree {
    private final DeviceTree base;
    private final Handles handles;
    // Made when first asked for.
    private final PropertyTable[] tables;
    private boolean frozen;

    FirmwareTree(DeviceTree tree) {
        base = withChosen(tree);
        handles = new Handles(base);
        tables = new PropertyTable[base.nodes().size()];
    }

    /** The tree with {@code /chosen}, and else as it was given. */
    DeviceTree base() {
        return base;
    }

    Handles handles() {
        return handles;
    }

    Optional<Node> node(int handle) {
        return handles.node(handle);
    }

    /** The sibling behind a node. */
    Optional<Node> next(Node node) {
        // Siblings are in the order of their indices.
        List<Node> siblings = node.parent().map(Node::children).orElse(List.of());
        int place = Collections.binarySearch(siblings, node, Comparator.comparingInt(Node::index));
        return place >= 0 && place + 1 < siblings.size() ? Optional.of(siblings.get(place + 1)) : Optional.empty();
    }

    PropertyTable properties(Node node) {
        PropertyTable table = tables[node.index()];
        if (table == null) {
            table = PropertyTable.of(node);
            if (Handles.own(node).isEmpty()) {
                table.set("phandle", cell(handles.of(node)));
            }
            tables[node.index()] = table;
        }
        return table;
    }

    /** The node of a path that the caller of this library gives. */
    Node require(String path) {
        return DevicePath.find(base, path)
                .orElseThrow(() -> new IllegalArgumentException("expected the path of a node, found " + path))
                .node();
    }

    /** Sets a property for the caller of this library, who may set what no policy forbids. */
    void set(String path, String name, byte[] value) {
        if (SetPropertyPolicy.isProtected(name)) {
            throw new IllegalArgumentException("expected a property that may change, found " + name);
        }
        if (frozen) {
            throw new IllegalStateException("the client has quiesced the firmware; the tree does not change any more");
        }
        properties(require(path)).set(name, value.clone());
    }

    static byte[] cell(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    boolean isFrozen() {
        return frozen;
    }

    void freeze() {
        frozen = true;
    }

    /** The tree as it is now. */
    DeviceTree snapshot() {
        DeviceTreeBuilder copy = begin(base);
        copyWithChanges(copy, base.root());
        return copy.build();
    }

    /** Depth is bounded by {@link DeviceTree#MAX_DEPTH}. */
    private void copyWithChanges(DeviceTreeBuilder copy, Node node) {
        copy.beginNode(node.name());
        PropertyTable properties = properties(node);
        for (int i = 0; i < properties.size(); i++) {
            String name = properties.name(i);
            if (!name.equals("name") || node.hasProperty(name)) {
                copy.property(name, properties.value(i));
            }
        }
        node.children().forEach(child -> copyWithChanges(copy, child));
        copy.endNode();
    }

    private static DeviceTree withChosen(DeviceTree tree) {
        if (tree.root().child("chosen").isPresent()) {
            return tree;
        }
        DeviceTreeBuilder copy = begin(tree).beginNode("");
        copyProperties(copy, tree.root());
        tree.root().children().forEach(child -> copyNode(copy, child));
        return copy.beginNode("chosen").endNode().endNode().build();
    }

    private static void copyNode(DeviceTreeBuilder copy, Node node) {
        copy.beginNode(node.name());
        copyProperties(copy, node);
        node.children().forEach(child -> copyNode(copy, child));
        copy.endNode();
    }

    private static void copyProperties(DeviceTreeBuilder copy, Node node) {
        node.properties().forEach(property -> copy.property(property.name(), property.bytes()));
    }

    private static DeviceTreeBuilder begin(DeviceTree tree) {
        DeviceTreeBuilder copy = DeviceTree.builder().bootCpuId(tree.bootCpuId());
        for (MemoryReservation reservation : tree.memoryReservations()) {
            copy.reserveMemory(reservation.address(), reservation.size());
        }
        return copy;
    }
}
