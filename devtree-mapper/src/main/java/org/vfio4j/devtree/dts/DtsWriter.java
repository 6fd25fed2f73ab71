// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.MemoryReservation;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * Writes a tree as source text that {@code dtc} compiles and {@link DtsReader} reads back to an equal tree. Strings are
 * written as strings and numbers as hexadecimal cells; phandles are written as references, by label where {@code
 * /__symbols__} has one and by path otherwise. Properties and nodes keep their order.
 *
 * <p>A phandle stays a number where a reference would not surely come back as the same one: where its target is the
 * root or has no {@code phandle} of four bytes, in a property of no known binding ({@link PhandleReferences}), and
 * everywhere in a tree whose names or phandles dtc refuses.
 *
 * <p>A tree may hold what source cannot express, such as a name with a space in it, or two nodes of one name in one
 * node. That is written as a comment, so that it can be seen, and {@link #notExpressible} lists it; a tree where that
 * list is empty is read back whole.
 */
public final class DtsWriter {
    private static final int FLUSH_AT = 1 << 13;

    private final DeviceTree tree;
    private final Appendable out;
    private final StringBuilder text = new StringBuilder(FLUSH_AT * 2);
    private final Expressible expressible;
    private final Map<Node, List<String>> labels;
    private final String[] references;
    private final boolean allowsReferences;
    private boolean inComment;

    private DtsWriter(DeviceTree tree, Appendable out) {
        this.tree = tree;
        this.out = out;
        this.expressible = new Expressible(tree);
        this.allowsReferences = Expressible.allowsReferences(tree);
        this.labels = labels();
        this.references = new String[tree.nodes().size()];
    }

    /**
     * Writes a tree to a string.
     *
     * @param tree the tree
     * @return the text
     */
    public static String write(DeviceTree tree) {
        StringBuilder text = new StringBuilder(1 << 14);
        try {
            write(tree, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * Writes a tree in pieces, so that the whole text is never in memory.
     *
     * @param tree the tree
     * @param out where to
     * @throws IOException if it cannot be written to
     */
    public static void write(DeviceTree tree, Appendable out) throws IOException {
        DtsWriter writer = new DtsWriter(tree, out);
        writer.header();
        writer.node(tree.root(), 0);
        writer.out.append(writer.text);
    }

    /**
     * What of a tree is written as a comment only.
     *
     * @param tree the tree
     * @return a line for each, with its place and the reason; empty for a usual tree
     */
    public static List<String> notExpressible(DeviceTree tree) {
        List<String> lines = new ArrayList<>();
        if (tree.bootCpuId() != 0) {
            lines.add("boot CPU " + tree.bootCpuId() + ": source has no place for it");
        }
        Expressible expressible = new Expressible(tree);
        for (Node node : tree.nodes()) {
            if (!expressible.node(node)) {
                lines.add("node " + node.path() + ": " + expressible.reason(node));
                continue;
            }
            boolean[] flags = Expressible.properties(node);
            for (int i = 0; i < flags.length; i++) {
                Property property = node.properties().get(i);
                if (!flags[i]) {
                    lines.add("property '" + property.name() + "' of " + node.path() + ": "
                            + Expressible.reason(property.name()));
                }
            }
        }
        return lines;
    }

    private Map<Node, List<String>> labels() {
        Map<String, String> symbols = tree.labels();
        if (symbols.isEmpty()) {
            return Map.of();
        }
        Map<String, Node> nodes = new HashMap<>();
        tree.nodes().stream()
                .filter(node -> !node.isRoot() && expressible.node(node))
                .forEach(node -> nodes.put(node.path(), node));
        Map<Node, List<String>> found = new HashMap<>();
        symbols.forEach((label, path) -> {
            Node node = nodes.get(path);
            if (node != null && isLabel(label)) {
                found.computeIfAbsent(node, n -> new ArrayList<>(1)).add(label);
            }
        });
        return found;
    }

    private static boolean isLabel(String name) {
        boolean label = !name.isEmpty();
        for (int i = 0; i < name.length(); i++) {
            label &= SourceScanner.isLabelChar(name.charAt(i), i == 0);
        }
        return label;
    }

    private void header() {
        text.append("/dts-v1/;\n");
        if (tree.bootCpuId() != 0) {
            text.append("// boot CPU: ").append(tree.bootCpuId()).append('\n');
        }
        for (MemoryReservation reservation : tree.memoryReservations()) {
            text.append("/memreserve/ 0x").append(Long.toHexString(reservation.address()));
            text.append(" 0x").append(Long.toHexString(reservation.size())).append(";\n");
        }
        text.append('\n');
    }

    /** Depth is bounded by {@link DeviceTree#MAX_DEPTH}. */
    private void node(Node node, int depth) throws IOException {
        boolean outside = !inComment;
        if (!expressible.node(node) && outside) {
            inComment = true;
            line(depth)
                    .append("not expressible: ")
                    .append(expressible.reason(node))
                    .append('\n');
        }
        line(depth);
        for (String label : labels.getOrDefault(node, List.of())) {
            text.append(label).append(": ");
        }
        text.append(node.isRoot() ? "/" : visible(node.name())).append(" {\n");
        boolean[] flags = Expressible.properties(node);
        for (int i = 0; i < flags.length; i++) {
            property(node, node.properties().get(i), flags[i], depth + 1);
        }
        for (Node child : node.children()) {
            text.append('\n');
            node(child, depth + 1);
        }
        line(depth).append("};\n");
        inComment = inComment && !outside;
        flush();
    }

    private void property(Node node, Property property, boolean asSource, int depth) throws IOException {
        boolean outside = !inComment;
        if (outside && !asSource) {
            inComment = true;
            line(depth)
                    .append("not expressible: ")
                    .append(Expressible.reason(property.name()))
                    .append('\n');
        }
        line(depth).append(visible(property.name()));
        if (property.length() > 0) {
            text.append(" = ");
            PropertyText.append(text, node, property, this::reference);
        }
        text.append(";\n");
        inComment = inComment && !outside;
        flush();
    }

    private void flush() throws IOException {
        if (text.length() >= FLUSH_AT) {
            out.append(text);
            text.setLength(0);
        }
    }

    private StringBuilder line(int depth) {
        for (int i = 0; i < depth; i++) {
            text.append('\t');
        }
        return inComment ? text.append("// ") : text;
    }

    /** A name; in a comment, where it may hold anything, with escapes. */
    private String visible(String name) {
        if (!inComment) {
            return name;
        }
        StringBuilder visible = new StringBuilder();
        name.chars().forEach(c -> Escapes.append(visible, c));
        return visible.toString();
    }

    /** A reference that means the same phandle when read back; null if there is none. */
    private String reference(Node target) {
        String known = references[target.index()];
        if (known == null) {
            known = newReference(target);
            references[target.index()] = known;
        }
        return known.isEmpty() ? null : known;
    }

    private String newReference(Node target) {
        // A reference takes the number from phandle, and dtc does not find the root by its path.
        int phandle = target.phandle().orElse(0);
        boolean safe = allowsReferences
                && !target.isRoot()
                && expressible.node(target)
                && target.property("phandle")
                        .filter(p -> p.length() == 4 && p.cell(0) == phandle)
                        .isPresent();
        if (!safe) {
            return "";
        }
        List<String> names = labels.get(target);
        return names == null ? "&{" + target.path() + "}" : "&" + names.get(0);
    }
}
