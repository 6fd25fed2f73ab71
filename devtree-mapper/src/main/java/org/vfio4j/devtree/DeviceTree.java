// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A device tree: the nodes below {@code /}, the memory reservations and the boot CPU. Immutable and safe to share
 * between threads. Read one with {@code org.vfio4j.devtree.fdt.FdtReader}, {@code org.vfio4j.devtree.dts.DtsReader} or
 * {@code org.vfio4j.devtree.live.LiveTree}, or make one with {@link #builder()}.
 */
public final class DeviceTree {
    /** How deep nodes may be nested, the root being 1: Linux's {@code FDT_MAX_DEPTH} ({@code drivers/of/fdt.c}). */
    public static final int MAX_DEPTH = 64;

    private final List<MemoryReservation> memoryReservations;
    private final int bootCpuId;
    private Node[] nodes;
    private PhandleIndex phandles;
    // Made when first asked for. Two threads may both make one; the results are equal, and the last one stays.
    private volatile Map<String, String> aliases;
    private volatile Map<String, String> labels;
    private final Map<Node, Map<String, Node>> childrenByName = new ConcurrentHashMap<>(0);

    DeviceTree(List<MemoryReservation> memoryReservations, int bootCpuId) {
        this.memoryReservations = List.copyOf(memoryReservations);
        this.bootCpuId = bootCpuId;
    }

    void setNodes(Node[] nodes) {
        this.nodes = nodes;
        this.phandles = PhandleIndex.of(nodes);
    }

    /** {@return a builder for a new tree} */
    public static DeviceTreeBuilder builder() {
        return new DeviceTreeBuilder();
    }

    /** {@return the node {@code /}} */
    public Node root() {
        return nodes[0];
    }

    /** {@return all nodes, depth first, a parent before its children} */
    public List<Node> nodes() {
        return Collections.unmodifiableList(Arrays.asList(nodes));
    }

    /** {@return the memory reservation block, without its terminating entry} */
    public List<MemoryReservation> memoryReservations() {
        return memoryReservations;
    }

    /** {@return {@code boot_cpuid_phys} of the header; 0 if the tree did not come from a blob} */
    public int bootCpuId() {
        return bootCpuId;
    }

    /**
     * Finds a node by path. A path begins with {@code /}, or with the name of an alias ({@code serial0}, {@code
     * serial0/child}). Names are compared whole, with their unit addresses.
     *
     * @param path the path
     * @return the node, or empty
     */
    public Optional<Node> find(String path) {
        if (path.startsWith("/")) {
            return descend(root(), path.substring(1));
        }
        int slash = path.indexOf('/');
        String alias = slash < 0 ? path : path.substring(0, slash);
        String target = aliases().get(alias);
        if (target == null || !target.startsWith("/")) {
            return Optional.empty();
        }
        Optional<Node> node = descend(root(), target.substring(1));
        return slash < 0 ? node : node.flatMap(n -> descend(n, path.substring(slash + 1)));
    }

    private static Optional<Node> descend(Node from, String path) {
        Node node = from;
        int start = 0;
        while (start < path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            Optional<Node> child = node.child(path.substring(start, end));
            if (child.isEmpty()) {
                return child;
            }
            node = child.get();
            start = end + 1;
        }
        return Optional.of(node);
    }

    /**
     * Finds the node that a phandle refers to; of several with one phandle, the first in {@link #nodes()}.
     *
     * @param phandle the phandle; 0 and -1 refer to nothing
     * @return the node, or empty
     */
    public Optional<Node> byPhandle(int phandle) {
        return Optional.ofNullable(phandles.get(phandle));
    }

    /**
     * Finds a node by its source label. Needs a tree compiled with symbols ({@code dtc -@}).
     *
     * @param label the label, without the ampersand
     * @return the node, or empty
     */
    public Optional<Node> byLabel(String label) {
        return Optional.ofNullable(labels().get(label))
                .filter(p -> p.startsWith("/"))
                .flatMap(this::find);
    }

    /** {@return the aliases of {@code /aliases}: name to path, in the order of the tree} */
    public Map<String, String> aliases() {
        Map<String, String> known = aliases;
        if (known == null) {
            known = namesIn("aliases");
            aliases = known;
        }
        return known;
    }

    /** {@return the labels of {@code /__symbols__}: label to path, in the order of the tree} */
    public Map<String, String> labels() {
        Map<String, String> known = labels;
        if (known == null) {
            known = namesIn("__symbols__");
            labels = known;
        }
        return known;
    }

    private Map<String, String> namesIn(String nodeName) {
        Map<String, String> names = new LinkedHashMap<>();
        root().child(nodeName).ifPresent(node -> {
            for (Property property : node.properties()) {
                if (property.looksLikeStrings()) {
                    names.putIfAbsent(property.name(), property.strings().get(0));
                }
            }
        });
        return Collections.unmodifiableMap(names);
    }

    /** The children of a node that has many, by name; of several with one name, the first. */
    Map<String, Node> childrenByName(Node parent) {
        return childrenByName.computeIfAbsent(parent, node -> {
            Map<String, Node> byName = new HashMap<>();
            for (Node child : node.children()) {
                byName.putIfAbsent(child.name(), child);
            }
            return byName;
        });
    }

    /**
     * Finds the nodes that are compatible with a device.
     *
     * @param compatible one compatible string; case does not matter
     * @return the nodes, in the order of the tree
     */
    public List<Node> compatibleWith(String compatible) {
        List<Node> found = new ArrayList<>();
        for (Node node : nodes) {
            if (node.isCompatible(compatible)) {
                found.add(node);
            }
        }
        return found;
    }
}
