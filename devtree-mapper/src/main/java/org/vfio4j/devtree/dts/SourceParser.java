// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.util.ArrayList;
import java.util.List;
import org.vfio4j.devtree.DeviceTree;

/** Parses the statements of a source text into a {@link SourceTree}, each in its turn, so that later ones override. */
final class SourceParser {
    private final SourceScanner scanner;
    private final SourceTree tree;
    private final IntegerExpression expression;
    private final ValueParser values;
    private int bodies;

    SourceParser(SourceScanner scanner, SourceTree tree) {
        this.scanner = scanner;
        this.tree = tree;
        this.expression = new IntegerExpression(scanner);
        this.values = new ValueParser(scanner, expression);
        tree.setScanner(scanner);
    }

    void parse() {
        while (scanner.accept("/dts-v1/")) {
            scanner.expect(";");
        }
        refuse("/plugin/", "overlays are not supported");
        memoryReservations();
        while (!scanner.atEnd()) {
            statement();
        }
        if (!tree.hasRoot()) {
            throw scanner.expected("a root node, '/ {'");
        }
    }

    private void refuse(String keyword, String why) {
        if (scanner.looksAt(keyword)) {
            throw scanner.error(scanner.position(), keyword + ": " + why);
        }
    }

    private void memoryReservations() {
        while (true) {
            List<String> labels = labels();
            if (!scanner.accept("/memreserve/")) {
                if (!labels.isEmpty()) {
                    labelledStatement(labels);
                }
                return;
            }
            long address = expression.primary();
            tree.reserveMemory(address, expression.primary());
            scanner.expect(";");
        }
    }

    private void statement() {
        List<String> labels = labels();
        if (!labels.isEmpty()) {
            labelledStatement(labels);
        } else if (scanner.accept("/delete-node/")) {
            tree.delete(existing());
            scanner.expect(";");
        } else if (scanner.accept("/omit-if-no-ref/")) {
            existing().omitIfNoReference = true;
            scanner.expect(";");
        } else if (scanner.peek() == '&') {
            extension(labels);
        } else {
            refuse("/include/", "including files is not supported");
            refuse("#", "run the C preprocessor first");
            refuse("/memreserve/", "memory reservations come before the root node");
            scanner.expect("/");
            if (scanner.peek() != '{') {
                throw scanner.expected("'{' of the root node");
            }
            body(tree.makeRoot(), 1);
        }
    }

    private void labelledStatement(List<String> labels) {
        if (scanner.peek() != '&') {
            throw scanner.expected("a reference such as '&label' after a label outside of a node");
        }
        extension(labels);
    }

    private void extension(List<String> labels) {
        int position = scanner.position();
        SourceNode node = existing();
        addLabels(node, labels, position);
        int depth = 1;
        for (SourceNode n = node; n.parent != null; n = n.parent) {
            depth++;
        }
        body(node, depth);
    }

    private SourceNode existing() {
        SourceReference reference = scanner.acceptReference();
        if (reference == null) {
            throw scanner.expected("a reference such as '&label'");
        }
        return tree.target(reference);
    }

    private List<String> labels() {
        List<String> labels = List.of();
        for (String label = scanner.acceptLabel(); label != null; label = scanner.acceptLabel()) {
            labels = labels.isEmpty() ? new ArrayList<>(1) : labels;
            labels.add(label);
        }
        return labels;
    }

    private void addLabels(SourceNode node, List<String> labels, int position) {
        for (String label : labels) {
            tree.addLabel(label, node, position);
        }
    }

    /** The braces of a node; nesting is bounded by the tree's limit. */
    private void body(SourceNode node, int depth) {
        if (depth > DeviceTree.MAX_DEPTH) {
            throw scanner.tooDeep(scanner.position(), "nodes are nested deeper than " + DeviceTree.MAX_DEPTH);
        }
        int body = ++bodies;
        boolean childSeen = false;
        scanner.expect("{");
        while (!scanner.accept("}")) {
            childSeen = member(node, body, depth, childSeen);
        }
        scanner.expect(";");
    }

    /** One property or child; returns whether a child has been seen, after which no property may come. */
    private boolean member(SourceNode node, int body, int depth, boolean childSeen) {
        List<String> labels = labels();
        refuse("/include/", "including files is not supported");
        int position = scanner.position();
        if (scanner.accept("/delete-node/")) {
            SourceNode doomed = node.child(scanner.name("the name of a node"));
            if (doomed != null) {
                tree.delete(doomed);
            }
            scanner.expect(";");
            return true;
        }
        if (scanner.accept("/delete-property/")) {
            deleteProperty(node, scanner.name("the name of a property"));
            scanner.expect(";");
            return childSeen;
        }
        boolean omit = scanner.accept("/omit-if-no-ref/");
        if (omit) {
            labels = new ArrayList<>(labels);
            labels.addAll(labels());
        }
        String name = scanner.name("a property, a node or '}'");
        if (scanner.peek() == '{') {
            SourceNode child = tree.makeChild(node, name);
            checkOnce(child.body == body, "node", name, position);
            child.body = body;
            child.omitIfNoReference |= omit;
            addLabels(child, labels, position);
            body(child, depth + 1);
            return true;
        }
        if (childSeen || omit) {
            throw childSeen
                    ? scanner.error(
                            position,
                            "expected a node, found the property '" + name
                                    + "': properties come before the nodes of a node")
                    : scanner.expected("'{' of the node that may be omitted");
        }
        property(node, name, body, position);
        return false;
    }

    private void property(SourceNode node, String name, int body, int position) {
        SourceNode.SourceProperty property =
                node.properties.computeIfAbsent(name, n -> new SourceNode.SourceProperty());
        checkOnce(property.body == body, "property", name, position);
        property.body = body;
        property.value = scanner.accept("=") ? values.parse() : new SourceValue();
        if (!scanner.accept(";")) {
            throw scanner.expected(property.value.length() == 0 ? "'=', '{' or ';' after a name" : "',' or ';'");
        }
    }

    private static void deleteProperty(SourceNode node, String name) {
        SourceNode.SourceProperty property = node.properties.get(name);
        if (property != null) {
            property.value = null;
            property.body = 0;
        }
    }

    private void checkOnce(boolean again, String what, String name, int position) {
        if (again) {
            throw scanner.error(
                    position, "expected each " + what + " once between two braces, found '" + name + "' again");
        }
    }
}
