// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.diff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * Compares two trees by structure. Nodes are the same if their paths are; of several with one path, by their order.
 *
 * <p>Phandle numbers are not compared: {@code phandle}, {@code linux,phandle} and {@code ibm,phandle} are left out, and
 * a reference is the same if it refers to a node of the same path. Left out too is the property {@code name} that Linux
 * adds to each node ({@code populate_properties} in {@code drivers/of/fdt.c}), where it says the node's base name. So a
 * tree does not differ from itself with other phandles, nor from what Linux shows of it.
 */
public final class TreeDiff {
    private final DeviceTree before;
    private final DeviceTree after;
    private final List<Difference> differences = new ArrayList<>();
    private final PropertyComparison comparison;

    private TreeDiff(DeviceTree before, DeviceTree after) {
        this.before = before;
        this.after = after;
        this.comparison = new PropertyComparison(before, after);
    }

    /**
     * The differences between two trees.
     *
     * @param before the first tree
     * @param after the second tree
     * @return the differences, in the order of the first tree and then of the second; empty if there are none
     */
    public static List<Difference> between(DeviceTree before, DeviceTree after) {
        TreeDiff diff = new TreeDiff(before, after);
        diff.compare();
        return diff.differences;
    }

    private void compare() {
        if (before.bootCpuId() != after.bootCpuId()) {
            differences.add(new Difference.BootCpuChanged(before.bootCpuId(), after.bootCpuId()));
        }
        if (!before.memoryReservations().equals(after.memoryReservations())) {
            differences.add(
                    new Difference.MemoryReservationsChanged(before.memoryReservations(), after.memoryReservations()));
        }
        // References need all matches first.
        match(before.root(), after.root());
        compare(before.root(), after.root());
    }

    /** Depth is bounded by {@link DeviceTree#MAX_DEPTH}. */
    private void match(Node a, Node b) {
        comparison.match(a, b);
        Map<String, Node> others = childrenByName(b);
        childrenByName(a).forEach((name, child) -> {
            Node other = others.get(name);
            if (other != null) {
                match(child, other);
            }
        });
    }

    private void compare(Node a, Node b) {
        compareProperties(a, b);
        List<String> common = new ArrayList<>();
        for (Node child : a.children()) {
            Node other = comparison.counterpart(child);
            if (other == null) {
                differences.add(new Difference.NodeRemoved(child));
            } else {
                common.add(child.name());
                compare(child, other);
            }
        }
        List<String> commonAfter = new ArrayList<>();
        for (Node child : b.children()) {
            if (comparison.isMatched(child)) {
                commonAfter.add(child.name());
            } else {
                differences.add(new Difference.NodeAdded(child));
            }
        }
        if (!common.equals(commonAfter)) {
            differences.add(new Difference.OrderChanged(a.path(), common, commonAfter));
        }
    }

    private void compareProperties(Node a, Node b) {
        Map<String, Property> others = properties(b);
        properties(a).forEach((name, property) -> {
            Property other = others.remove(name);
            if (other == null) {
                differences.add(new Difference.PropertyRemoved(a, property));
            } else if (!comparison.same(a, property, b, other)) {
                differences.add(new Difference.PropertyChanged(a, property, b, other));
            }
        });
        others.values().forEach(property -> differences.add(new Difference.PropertyAdded(b, property)));
    }

    private static Map<String, Node> childrenByName(Node node) {
        Map<String, Node> children = new LinkedHashMap<>();
        for (Node child : node.children()) {
            putNumbered(children, child.name(), child);
        }
        return children;
    }

    private static Map<String, Property> properties(Node node) {
        Map<String, Property> properties = new LinkedHashMap<>();
        for (Property property : node.properties()) {
            if (!PropertyComparison.isIgnored(node, property)) {
                putNumbered(properties, property.name(), property);
            }
        }
        return properties;
    }

    /** Puts a value under its name, or under a key that no name is if the name is taken. */
    private static <T> void putNumbered(Map<String, T> map, String name, T value) {
        if (map.putIfAbsent(name, value) != null) {
            map.put(name + '\0' + map.size(), value);
        }
    }
}
