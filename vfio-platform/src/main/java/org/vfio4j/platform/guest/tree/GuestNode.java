// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node that is being made for a guest. References to other nodes have no numbers yet. Compared by identity. */
final class GuestNode {
    private final Map<String, Value> properties = new LinkedHashMap<>();
    private final List<GuestNode> children = new ArrayList<>();
    private String name;

    GuestNode(String name) {
        this.name = name;
    }

    /**
     * The value of a property.
     *
     * @param bytes the bytes, with any number where a phandle belongs
     * @param links where phandles belong
     */
    record Value(byte[] bytes, List<Link> links) {}

    /**
     * A place for a phandle.
     *
     * @param cell index of the cell
     * @param target the node to refer to
     */
    record Link(int cell, GuestNode target) {}

    String name() {
        return name;
    }

    void rename(String newName) {
        name = newName;
    }

    Map<String, Value> properties() {
        return properties;
    }

    List<GuestNode> children() {
        return children;
    }

    boolean has(String property) {
        return properties.containsKey(property);
    }

    void add(GuestNode child) {
        children.add(child);
    }

    void bytes(String property, byte[] value) {
        properties.put(property, new Value(value, List.of()));
    }

    void flag(String property) {
        bytes(property, new byte[0]);
    }

    void cells(String property, List<Integer> cells) {
        linked(property, cells, List.of());
    }

    /** A property of cells with references; what is in their cells does not matter. */
    void linked(String property, List<Integer> cells, List<Link> links) {
        ByteBuffer value = ByteBuffer.allocate(cells.size() * 4);
        cells.forEach(value::putInt);
        properties.put(property, new Value(value.array(), List.copyOf(links)));
    }

    void link(String property, GuestNode target) {
        linked(property, List.of(0), List.of(new Link(0, target)));
    }

    void strings(String property, List<String> strings) {
        StringBuilder value = new StringBuilder();
        strings.forEach(string -> value.append(string).append('\0'));
        bytes(property, value.toString().getBytes(StandardCharsets.UTF_8));
    }
}
