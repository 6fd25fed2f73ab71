// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** Which nodes and properties source text can carry: names of its characters, each once in its node. */
final class Expressible {
    /** What dtc compares with the node's name and its phandle. */
    private static final Set<String> MAY_DISAGREE = Set.of("name", "linux,phandle", "ibm,phandle");

    private final boolean[] nodes;

    Expressible(DeviceTree tree) {
        nodes = new boolean[tree.nodes().size()];
        nodes[0] = true;
        for (Node node : tree.nodes()) {
            Set<String> seen = new HashSet<>();
            for (Node child : node.children()) {
                nodes[child.index()] = nodes[node.index()] && isName(child.name()) && seen.add(child.name());
            }
        }
    }

    boolean node(Node node) {
        return nodes[node.index()];
    }

    /** One flag for each property of a node. */
    static boolean[] properties(Node node) {
        List<Property> properties = node.properties();
        boolean[] flags = new boolean[properties.size()];
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < flags.length; i++) {
            String name = properties.get(i).name();
            flags[i] = isName(name) && seen.add(name);
        }
        return flags;
    }

    /**
     * Whether dtc finds no error in the names and phandles of a tree (its {@code checks.c}). If it finds one it does not
     * fill in references, also when it is forced to write the tree.
     */
    static boolean allowsReferences(DeviceTree tree) {
        Set<Integer> phandles = new HashSet<>();
        for (Node node : tree.nodes()) {
            String name = node.name();
            boolean sound = name.indexOf('@') == name.lastIndexOf('@');
            for (int i = 0; i < name.length(); i++) {
                sound &= "*#?".indexOf(name.charAt(i)) < 0;
            }
            for (Property property : node.properties()) {
                sound &= property.name().indexOf('@') < 0 && !MAY_DISAGREE.contains(property.name());
                if (property.name().equals("phandle")) {
                    int phandle = property.length() == 4 ? property.cell(0) : 0;
                    sound &= phandle != 0 && phandle != -1 && phandles.add(phandle);
                }
            }
            if (!sound) {
                return false;
            }
        }
        return true;
    }

    /** Why a node is not. */
    String reason(Node node) {
        return node.parent().filter(this::node).isPresent() ? reason(node.name()) : "its parent cannot be expressed";
    }

    /** Why a name is not, in a node that is. */
    static String reason(String name) {
        return isName(name) ? "the name stands there already" : "the name has characters that no name has in source";
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!SourceScanner.isNameChar(name.charAt(i))) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
