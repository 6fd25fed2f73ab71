// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;

/** The tree while the source is read: it can be changed, and is made a {@link DeviceTree} at the end. */
final class SourceTree {
    private static final String PHANDLE = "phandle";

    private final DeviceTreeBuilder builder = DeviceTree.builder();
    private final Map<String, SourceNode> labels = new LinkedHashMap<>();
    private final Set<Integer> usedPhandles = new HashSet<>();
    private final List<SourceNode> numbered = new ArrayList<>();
    private int nextPhandle = 1;
    private SourceScanner scanner;
    private SourceNode root;

    void setScanner(SourceScanner scanner) {
        this.scanner = scanner;
    }

    void reserveMemory(long address, long size) {
        builder.reserveMemory(address, size);
    }

    boolean hasRoot() {
        return root != null;
    }

    SourceNode makeRoot() {
        root = root == null ? new SourceNode(null, "") : root;
        return root;
    }

    SourceNode makeChild(SourceNode parent, String name) {
        SourceNode child = parent.children.computeIfAbsent(name, n -> new SourceNode(parent, n));
        child.deleted = false;
        return child;
    }

    void addLabel(String label, SourceNode node, int position) {
        SourceNode old = labels.putIfAbsent(label, node);
        if (old == null) {
            node.labels.add(label);
        } else if (old != node) {
            throw scanner.error(
                    position,
                    "expected a label of its own for " + node.path() + ", found '" + label + "', which is "
                            + old.path());
        }
    }

    /** The node that a reference means now. */
    SourceNode target(SourceReference reference) {
        String target = reference.target();
        int slash = target.indexOf('/');
        String label = slash < 0 ? target : target.substring(0, slash);
        SourceNode node = label.isEmpty() ? root : labels.get(label);
        for (int at = slash; node != null && at >= 0; ) {
            int next = target.indexOf('/', at + 1);
            String name = next < 0 ? target.substring(at + 1) : target.substring(at + 1, next);
            node = name.isEmpty() ? node : node.child(name);
            at = next;
        }
        if (node == null) {
            throw scanner.error(
                    reference.position(), "expected a node, found nothing that '&" + target + "' refers to");
        }
        return node;
    }

    void delete(SourceNode node) {
        if (node == root) {
            throw scanner.error(scanner.position(), "expected a node to delete, found the root node");
        }
        deleteAll(node);
    }

    private void deleteAll(SourceNode node) {
        node.deleted = true;
        node.body = 0;
        node.labels.forEach(labels::remove);
        node.labels.clear();
        node.properties.values().forEach(property -> {
            property.value = null;
            property.body = 0;
        });
        node.children.values().forEach(this::deleteAll);
    }

    /** Fills in what refers to nodes, when all nodes are known. */
    void resolve(boolean withSymbols) {
        each(root, this::noteExplicitPhandle);
        each(root, node -> node.properties.values().forEach(this::fill));
        addPhandles();
        each(root, node -> {
            // A symbol is a reference too.
            boolean referenced = node.referenced || withSymbols && !node.labels.isEmpty();
            if (node.omitIfNoReference && !referenced && node != root) {
                deleteAll(node);
            }
        });
    }

    private void noteExplicitPhandle(SourceNode node) {
        for (String name : new String[] {PHANDLE, "linux,phandle"}) {
            SourceValue value = node.value(name);
            if (value != null && value.length() == 4 && !value.hasReferences() && node.phandle == 0) {
                byte[] bytes = value.toBytes();
                node.phandle =
                        (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
                usedPhandles.add(node.phandle);
            }
        }
    }

    private void fill(SourceNode.SourceProperty property) {
        if (property.value != null) {
            property.value = property.value.resolved(
                    reference -> phandleOf(referenced(reference)),
                    reference -> referenced(reference).path());
        }
    }

    private SourceNode referenced(SourceReference reference) {
        SourceNode target = target(reference);
        target.referenced = true;
        return target;
    }

    private int phandleOf(SourceNode node) {
        if (node.phandle == 0 || node.phandle == -1) {
            while (!usedPhandles.add(nextPhandle)) {
                nextPhandle++;
            }
            node.phandle = nextPhandle;
            numbered.add(node);
        }
        return node.phandle;
    }

    private void addPhandles() {
        for (SourceNode node : numbered) {
            // A node may have one already that refers to itself, which asks for a number.
            if (node.value(PHANDLE) == null && !node.deleted) {
                SourceValue value = new SourceValue();
                value.addNumber(node.phandle, 32);
                // At the end, also where a deleted one left its place.
                node.properties.remove(PHANDLE);
                node.put(PHANDLE, value);
            }
        }
        numbered.clear();
    }

    /** Adds {@code /__symbols__}; every labelled node gets a phandle. */
    void addSymbols() {
        SourceNode symbols = makeChild(root, "__symbols__");
        each(root, node -> {
            for (String label : node.labels) {
                phandleOf(node);
                if (symbols.value(label) == null) {
                    SourceValue path = new SourceValue();
                    path.addString(node.path());
                    symbols.put(label, path);
                }
            }
        });
        addPhandles();
    }

    private static void each(SourceNode node, Consumer<SourceNode> action) {
        if (!node.deleted) {
            action.accept(node);
            node.children.values().forEach(child -> each(child, action));
        }
    }

    DeviceTree build() {
        build(root);
        return builder.build();
    }

    private void build(SourceNode node) {
        builder.beginNode(node.name);
        node.properties.forEach((name, property) -> {
            if (property.value != null) {
                builder.property(name, property.value.toBytes());
            }
        });
        node.children.values().forEach(child -> {
            if (!child.deleted) {
                build(child);
            }
        });
        builder.endNode();
    }
}
