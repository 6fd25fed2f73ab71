// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A node: a name, properties and children, in the order of the tree. Nodes are compared by identity. */
public final class Node {
    private static final Property[] NO_PROPERTIES = {};
    private static final Node[] NO_CHILDREN = {};
    // Real nodes have about five properties; those of /aliases and /__symbols__ are not looked up one by one.
    private static final int MANY_PROPERTIES = 64;
    /** More children than this are looked up in an index of names, which the tree keeps. */
    private static final int SCANNED_CHILDREN = 16;

    private final DeviceTree tree;
    private final Node parent;
    private final String name;
    private final int index;
    // Both are set once, by the builder, before the tree is handed to anybody.
    private Property[] properties = NO_PROPERTIES;
    private Node[] children = NO_CHILDREN;
    private int phandle;
    // Only of a node with many properties, made at the first look-up. Immutable, so a race makes it twice at worst.
    private Map<String, Property> propertiesByName;

    Node(DeviceTree tree, Node parent, String name, int index) {
        this.tree = tree;
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    void setProperties(Property[] properties) {
        this.properties = properties;
    }

    void setChildren(Node[] children) {
        this.children = children;
    }

    void setPhandle(int phandle) {
        this.phandle = phandle;
    }

    /** {@return the tree that this node is in} */
    public DeviceTree tree() {
        return tree;
    }

    /** {@return the parent; empty for the root} */
    public Optional<Node> parent() {
        return Optional.ofNullable(parent);
    }

    /** {@return true for the node {@code /}} */
    public boolean isRoot() {
        return parent == null;
    }

    /** {@return the place in {@link DeviceTree#nodes()}: 0 for the root, then depth first} */
    public int index() {
        return index;
    }

    /** {@return the full name with the unit address, such as {@code sata@220000}; empty for the root} */
    public String name() {
        return name;
    }

    /** {@return the name without the unit address, such as {@code sata}} */
    public String baseName() {
        int at = name.indexOf('@');
        return at < 0 ? name : name.substring(0, at);
    }

    /** {@return the text after the {@code @} of the name; empty if there is none} */
    public Optional<String> unitAddress() {
        int at = name.indexOf('@');
        return at < 0 ? Optional.empty() : Optional.of(name.substring(at + 1));
    }

    /** {@return the path from the root, such as {@code /soc@ffe000000/sata@220000}} */
    public String path() {
        if (parent == null) {
            return "/";
        }
        StringBuilder path = new StringBuilder(64);
        appendPath(path);
        return path.toString();
    }

    private void appendPath(StringBuilder path) {
        // Depth is bounded by DeviceTree.MAX_DEPTH.
        if (parent.parent != null) {
            parent.appendPath(path);
        }
        path.append('/').append(name);
    }

    /** {@return the children, in the order of the tree} */
    public List<Node> children() {
        return Collections.unmodifiableList(Arrays.asList(children));
    }

    /**
     * The first child of a name.
     *
     * @param childName the full name, with the unit address
     * @return the child, or empty
     */
    public Optional<Node> child(String childName) {
        if (children.length > SCANNED_CHILDREN) {
            return Optional.ofNullable(tree.childrenByName(this).get(childName));
        }
        for (Node child : children) {
            if (child.name.equals(childName)) {
                return Optional.of(child);
            }
        }
        return Optional.empty();
    }

    /** {@return the properties, in the order of the tree} */
    public List<Property> properties() {
        return Collections.unmodifiableList(Arrays.asList(properties));
    }

    /**
     * The first property of a name.
     *
     * @param propertyName the name
     * @return the property, or empty
     */
    public Optional<Property> property(String propertyName) {
        if (properties.length > MANY_PROPERTIES) {
            return Optional.ofNullable(propertiesByName().get(propertyName));
        }
        for (Property property : properties) {
            if (property.name().equals(propertyName)) {
                return Optional.of(property);
            }
        }
        return Optional.empty();
    }

    private Map<String, Property> propertiesByName() {
        Map<String, Property> byName = propertiesByName;
        if (byName == null) {
            Map<String, Property> first = new HashMap<>();
            for (Property property : properties) {
                first.putIfAbsent(property.name(), property);
            }
            byName = Map.copyOf(first);
            propertiesByName = byName;
        }
        return byName;
    }

    /**
     * Whether a property is present, whatever its value.
     *
     * @param propertyName the name
     * @return true if it is
     */
    public boolean hasProperty(String propertyName) {
        return property(propertyName).isPresent();
    }

    /** The phandle as Linux reads it; 0 if there is none. */
    int rawPhandle() {
        return phandle;
    }

    /** {@return the phandle from {@code phandle}, {@code linux,phandle} or {@code ibm,phandle}; empty if there is none} */
    public OptionalInt phandle() {
        return phandle == 0 ? OptionalInt.empty() : OptionalInt.of(phandle);
    }

    /**
     * The strings of a property.
     *
     * @param propertyName the name
     * @return the strings; empty if there is no such property or it does not end in NUL
     */
    public List<String> strings(String propertyName) {
        return property(propertyName).map(Node::stringsOrNone).orElse(List.of());
    }

    /** {@return the strings of {@code compatible}, most specific first; empty if there is none or it is no text} */
    public List<String> compatible() {
        return strings("compatible");
    }

    /**
     * Whether the node is compatible with a device. Case does not matter (Linux {@code of_compat_cmp}).
     *
     * @param compatible one compatible string
     * @return true if it is one of {@link #compatible()}
     */
    public boolean isCompatible(String compatible) {
        Optional<Property> own = property("compatible");
        return own.isPresent() && own.get().holdsStringIgnoreCase(compatible);
    }

    /**
     * Whether the device may be used: {@code status} is absent, or "okay" or "ok" (Linux {@code
     * __of_device_is_available}). An empty status is not available.
     *
     * @return true if it may
     */
    public boolean isAvailable() {
        Optional<Property> status = property("status");
        return status.isEmpty()
                || status.get().firstStringIs("okay")
                || status.get().firstStringIs("ok");
    }

    private static List<String> stringsOrNone(Property property) {
        int length = property.length();
        return length > 0 && property.byteAt(length - 1) == 0 ? property.strings() : List.of();
    }

    /** {@return the index, so that sets of nodes do not depend on where the JVM put them} */
    @Override
    public int hashCode() {
        return index;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public String toString() {
        return path();
    }
}
