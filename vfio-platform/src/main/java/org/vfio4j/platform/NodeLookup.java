// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.platform.PlatformDevices;
import org.vfio4j.platform.DeviceLookupException.Kind;

/** Finds the node of a device in a tree without a kernel, by what a person calls it. */
record NodeLookup(DeviceTree tree) {
    Node find(String wanted) throws DeviceLookupException {
        List<Node> named = wanted.startsWith("/") ? List.of() : nodesOfName(wanted);
        if (named.size() > 1) {
            List<String> paths = named.stream().map(Node::path).toList();
            throw new DeviceLookupException(
                    Kind.AMBIGUOUS,
                    wanted + " is the name of " + named.size() + " nodes: " + String.join(", ", paths),
                    paths);
        }
        Optional<Node> node =
                named.isEmpty() ? tree.find(wanted).or(() -> tree.byLabel(wanted)) : Optional.of(named.get(0));
        return node.orElseThrow(() -> CloseNames.notFound(wanted, "no node", names()));
    }

    // The name of every node counts, and not only those of PlatformDevices.of: drivers make devices of more.
    private List<Node> nodesOfName(String name) {
        return tree.nodes().stream()
                .filter(node -> !node.isRoot() && PlatformDevices.nameOf(node).equals(name))
                .toList();
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(tree.aliases().keySet());
        names.addAll(tree.labels().keySet());
        for (Node node : tree.nodes()) {
            names.add(node.path());
            names.add(PlatformDevices.nameOf(node));
        }
        return names;
    }
}
