// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node while the source is read. What is deleted stays as a mark, because {@code dtc} puts a thing that is defined
 * again back into its old place.
 */
final class SourceNode {
    final SourceNode parent;
    final String name;
    final List<String> labels = new ArrayList<>(1);
    final Map<String, SourceProperty> properties = new LinkedHashMap<>();
    final Map<String, SourceNode> children = new LinkedHashMap<>();
    boolean deleted;
    boolean omitIfNoReference;
    boolean referenced;
    int phandle;
    /** Number of the body, in the order of the text, that named this node last: two times in one body is an error. */
    int body;

    /** A property; the value is null if it was deleted. */
    static final class SourceProperty {
        SourceValue value;
        int body;
    }

    SourceNode(SourceNode parent, String name) {
        this.parent = parent;
        this.name = name;
    }

    SourceNode child(String childName) {
        SourceNode child = children.get(childName);
        return child == null || child.deleted ? null : child;
    }

    SourceValue value(String propertyName) {
        SourceProperty property = properties.get(propertyName);
        return property == null ? null : property.value;
    }

    void put(String propertyName, SourceValue value) {
        properties.computeIfAbsent(propertyName, n -> new SourceProperty()).value = value;
    }

    String path() {
        if (parent == null) {
            return "/";
        }
        return parent.parent == null ? "/" + name : parent.path() + "/" + name;
    }
}
