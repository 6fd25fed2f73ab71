// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.diff;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.dts.PhandleReferences;

/** Whether two properties say the same, each in its tree. */
final class PropertyComparison {
    private final DeviceTree before;
    private final DeviceTree after;
    private final Node[] counterparts;
    private final boolean[] matched;

    PropertyComparison(DeviceTree before, DeviceTree after) {
        this.before = before;
        this.after = after;
        this.counterparts = new Node[before.nodes().size()];
        this.matched = new boolean[after.nodes().size()];
    }

    void match(Node a, Node b) {
        counterparts[a.index()] = b;
        matched[b.index()] = true;
    }

    Node counterpart(Node a) {
        return counterparts[a.index()];
    }

    boolean isMatched(Node b) {
        return matched[b.index()];
    }

    static boolean isIgnored(Node node, Property property) {
        return switch (property.name()) {
            case "phandle", "linux,phandle", "ibm,phandle" -> true;
            case "name" -> isBaseName(node, property);
            default -> false;
        };
    }

    private static boolean isBaseName(Node node, Property property) {
        int at = node.name().lastIndexOf('@');
        String base = at < 0 ? node.name() : node.name().substring(0, at);
        return Arrays.equals(property.bytes(), (base + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** A cell that is a reference in one of the two must refer to the same node in both; all others must be equal. */
    boolean same(Node nodeA, Property a, Node nodeB, Property b) {
        if (a.length() != b.length()) {
            return false;
        }
        BitSet references = new BitSet();
        PhandleReferences.in(nodeA, a).forEach(reference -> references.set(reference.cell()));
        PhandleReferences.in(nodeB, b).forEach(reference -> references.set(reference.cell()));
        if (references.isEmpty()) {
            return a.equals(b) || PhandleReferences.mayHoldUnknown(nodeA, a) && sameButForNumbering(a, b);
        }
        for (int cell = 0; cell < a.cellCount(); cell++) {
            if (references.get(cell) ? !sameTarget(a.cell(cell), b.cell(cell)) : a.cell(cell) != b.cell(cell)) {
                return false;
            }
        }
        return true;
    }

    private boolean sameTarget(int phandleBefore, int phandleAfter) {
        Node target = before.byPhandle(phandleBefore).orElse(null);
        Node other = after.byPhandle(phandleAfter).orElse(null);
        return target != null && other != null && counterpart(target) == other;
    }

    /**
     * In a property of no known binding ({@code acme,syscon = <&x>}), two numbers that differ are the same reference if
     * each is in its tree the phandle of the same node.
     */
    private boolean sameButForNumbering(Property a, Property b) {
        for (int cell = 0; cell < a.cellCount(); cell++) {
            if (a.cell(cell) != b.cell(cell) && !sameTarget(a.cell(cell), b.cell(cell))) {
                return false;
            }
        }
        return true;
    }
}
