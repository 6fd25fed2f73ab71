// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** Asks a tree everything that can be asked of it. Only {@code BAD_VALUE} may come of it. */
final class TreeWalk {
    private TreeWalk() {}

    static void walk(DeviceTree tree) {
        tree.aliases().keySet().forEach(tree::find);
        tree.labels().keySet().forEach(tree::byLabel);
        for (Node node : tree.nodes()) {
            tree.find(node.path());
            node.phandle().ifPresent(phandle -> firstOf(tree.byPhandle(phandle), node));
            node.parent().ifPresent(parent -> firstOf(parent.child(node.name()), node));
            holds(tree.nodes().get(node.index()) == node, "node at its index", node);
            node.baseName();
            node.unitAddress();
            node.isAvailable();
            for (String compatible : node.compatible()) {
                holds(!isAscii(compatible) || node.isCompatible(compatible), "compatible with " + compatible, node);
            }
            node.properties().forEach(TreeWalk::walk);
        }
    }

    private static void firstOf(Optional<Node> found, Node node) {
        // Phandle -1 is in some trees and refers to nothing.
        boolean noReference = found.isEmpty() && node.phandle().equals(OptionalInt.of(-1));
        holds(noReference || found.orElseThrow().index() <= node.index(), "found, or an earlier one", node);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static void walk(Property property) {
        for (int i = 0; i < property.length(); i++) {
            property.byteAt(i);
        }
        holds(property.bytes().length == property.length(), "as many bytes as its length", property);
        holds(property.cells().length == property.cellCount(), "as many cells as it says", property);
        property.looksLikeStrings();
        valueOrBadValue(property::u32);
        valueOrBadValue(property::u64);
        valueOrBadValue(property::string);
        valueOrBadValue(property::strings);
    }

    private static void valueOrBadValue(Supplier<?> read) {
        try {
            read.get();
        } catch (DeviceTreeException e) {
            holds(e.kind() == DeviceTreeException.Kind.BAD_VALUE, "refused by its value", e);
        }
    }

    private static void holds(boolean condition, String what, Object where) {
        if (!condition) {
            throw new AssertionError(where + ": expected " + what);
        }
    }
}
