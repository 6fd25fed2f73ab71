// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;

/**
 * A node and the arguments that a device path gave it (IEEE 1275-1994). Text behind the first {@code :} is the
 * arguments, as in Linux's {@code of_find_node_opts_by_path}.
 *
 * @param node the node
 * @param arguments without the colon; empty if there are none
 */
record DevicePath(Node node, String arguments) {
    /** The longest path a client may give, in bytes. */
    static final int MAX_LENGTH = 255;

    /**
     * Finds the node of a path. It begins with {@code /} or with an alias. Repeated and trailing slashes do not count, a
     * unit address may be in either case or missing. An alias brings its own arguments unless the path has some.
     */
    static Optional<DevicePath> find(DeviceTree tree, String path) {
        String place = place(path);
        String arguments = arguments(path);
        if (place.startsWith("/")) {
            return descend(tree.root(), place).map(node -> new DevicePath(node, arguments));
        }
        int slash = place.indexOf('/');
        String target = tree.aliases().get(slash < 0 ? place : place.substring(0, slash));
        if (target == null || !target.startsWith("/")) {
            return Optional.empty();
        }
        String below = slash < 0 ? "" : place.substring(slash);
        return descend(tree.root(), place(target) + below)
                .map(node -> new DevicePath(node, arguments.isEmpty() ? arguments(target) : arguments));
    }

    /** The path of the node, with the arguments. */
    String text() {
        return arguments.isEmpty() ? node.path() : node.path() + ":" + arguments;
    }

    private static String place(String path) {
        int colon = path.indexOf(':');
        return colon < 0 ? path : path.substring(0, colon);
    }

    private static String arguments(String path) {
        int colon = path.indexOf(':');
        return colon < 0 ? "" : path.substring(colon + 1);
    }

    private static Optional<Node> descend(Node from, String path) {
        Node node = from;
        for (String component : path.split("/")) {
            if (!component.isEmpty()) {
                Optional<Node> child = child(node, component);
                if (child.isEmpty()) {
                    return child;
                }
                node = child.get();
            }
        }
        return Optional.of(node);
    }

    private static Optional<Node> child(Node parent, String component) {
        Optional<Node> exact = parent.child(component);
        if (exact.isPresent()) {
            return exact;
        }
        int at = component.indexOf('@');
        List<Node> children = parent.children();
        for (Node child : children) {
            if (at < 0 ? child.baseName().equals(component) : sameUnit(child.name(), component, at)) {
                return Optional.of(child);
            }
        }
        return Optional.empty();
    }

    private static boolean sameUnit(String name, String component, int at) {
        return name.equalsIgnoreCase(component) && name.regionMatches(0, component, 0, at);
    }
}
