// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** The properties of one node, which may change. Each name is there once: of several in a blob the first counts. */
final class PropertyTable {
    private final List<String> names = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();

    /** The properties of a node of the tree, and first of all {@code name}, which every node has (IEEE 1275-1994). */
    static PropertyTable of(Node node) {
        PropertyTable table = new PropertyTable();
        if (!node.hasProperty("name")) {
            table.set("name", ClientMemory.terminated(node.baseName()));
        }
        for (Property property : node.properties()) {
            if (!table.places.containsKey(property.name())) {
                table.set(property.name(), property.bytes());
            }
        }
        return table;
    }

    int size() {
        return names.size();
    }

    String name(int index) {
        return names.get(index);
    }

    byte[] value(int index) {
        return values.get(index);
    }

    /** The place of a name; -1 if there is no such property. */
    int indexOf(String name) {
        return places.getOrDefault(name, -1);
    }

    /** The value of a property; null if there is none. Nobody changes the array. */
    byte[] get(String name) {
        int index = indexOf(name);
        return index < 0 ? null : values.get(index);
    }

    /** Changes a property, or adds it behind the others. */
    void set(String name, byte[] value) {
        Integer place = places.putIfAbsent(name, names.size());
        if (place == null) {
            names.add(name);
            values.add(value);
        } else {
            values.set(place, value);
        }
    }
}
