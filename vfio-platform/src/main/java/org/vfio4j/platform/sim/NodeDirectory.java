// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** A node in /sys/firmware/devicetree/base (drivers/of/kobj.c): a file for each property, a directory for each child. */
final class NodeDirectory {
    private NodeDirectory() {}

    static SysEntry.Directory of(Node node) {
        return new SysEntry.Directory(() -> entries(node));
    }

    private static Map<String, SysEntry> entries(Node node) {
        Map<String, SysEntry> entries = new LinkedHashMap<>();
        for (Property property : node.properties()) {
            // Only root may read a property whose name says that it is a secret.
            boolean secret = property.name().startsWith("security-");
            put(entries, property.name(), new SysEntry.Attribute(property::bytes, null, secret));
        }
        if (!node.hasProperty("name")) {
            // Linux makes this property itself (populate_properties in drivers/of/fdt.c).
            byte[] name = (node.baseName() + "\0").getBytes(StandardCharsets.UTF_8);
            put(entries, "name", SysEntry.Attribute.readOnly(name::clone));
        }
        node.children().forEach(child -> put(entries, child.name(), of(child)));
        return entries;
    }

    // safe_name: a name that is taken gets a number.
    private static void put(Map<String, SysEntry> entries, String name, SysEntry entry) {
        String free = name;
        for (int i = 1; entries.containsKey(free); i++) {
            free = name + "#" + i;
        }
        entries.put(free, entry);
    }

    /** The path of a node below {@code base}, with the numbers of names that were taken. */
    static String pathOf(Node node) {
        if (node.isRoot()) {
            return "";
        }
        Node parent = node.parent().orElseThrow();
        long properties = parent.properties().stream()
                .filter(property -> property.name().equals(node.name()))
                .count();
        if (properties == 0 && node.name().equals("name")) {
            properties = 1;
        }
        long before = properties;
        for (Node sibling : parent.children()) {
            if (sibling == node) {
                break;
            }
            if (sibling.name().equals(node.name())) {
                before++;
            }
        }
        return pathOf(parent) + "/" + (before == 0 ? node.name() : node.name() + "#" + before);
    }
}
