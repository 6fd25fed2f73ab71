// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vfio4j.devtree.Node;

/** The services that walk the tree (IEEE 1275-1994, 6.3.2.2). */
final class TreeServices {
    private final FirmwareTree tree;
    private final ClientMemory memory;

    TreeServices(FirmwareTree tree, ClientMemory memory) {
        this.tree = tree;
        this.memory = memory;
    }

    void addTo(Map<String, Service> services) {
        services.put("peer", Service.of(1, frame -> peer(frame.argument(0))));
        services.put("child", Service.of(1, frame -> child(frame.argument(0))));
        services.put("parent", Service.of(1, frame -> handle(node(frame).flatMap(Node::parent))));
        services.put("finddevice", Service.of(1, this::finddevice));
        services.put("canon", Service.of(3, this::canon));
        services.put("package-to-path", Service.of(3, this::packageToPath));
    }

    private Optional<Node> node(CallFrame frame) {
        return tree.node(frame.argument(0));
    }

    private int handle(Optional<Node> node) {
        return node.map(tree.handles()::of).orElse(0);
    }

    private int peer(int handle) {
        if (handle == 0) {
            return tree.handles().of(tree.base().root());
        }
        return handle(tree.node(handle).flatMap(tree::next));
    }

    private int child(int handle) {
        List<Node> children = tree.node(handle).map(Node::children).orElse(List.of());
        return children.isEmpty() ? 0 : tree.handles().of(children.get(0));
    }

    private int finddevice(CallFrame frame) {
        return frame.string(0, DevicePath.MAX_LENGTH)
                .flatMap(path -> DevicePath.find(tree.base(), path))
                .map(path -> tree.handles().of(path.node()))
                .orElse(Service.FAILED);
    }

    private int canon(CallFrame frame) {
        return frame.string(0, DevicePath.MAX_LENGTH)
                .flatMap(path -> DevicePath.find(tree.base(), path))
                .map(path -> memory.writeText(frame.address(1), frame.argument(2), path.text()))
                .orElse(Service.FAILED);
    }

    private int packageToPath(CallFrame frame) {
        return node(frame)
                .map(node -> memory.writeText(frame.address(1), frame.argument(2), node.path()))
                .orElse(Service.FAILED);
    }
}
