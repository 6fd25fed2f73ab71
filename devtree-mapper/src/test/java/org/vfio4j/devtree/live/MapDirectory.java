// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** A directory in memory, laid out as Linux shows a tree (drivers/of/kobj.c): an added name, #1 after a clash, hash order. */
final class MapDirectory implements TreeDirectory {
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, Set<String>> directories = new TreeMap<>();
    final Set<String> locked = new HashSet<>();

    MapDirectory(DeviceTree tree) {
        add("", tree.root());
    }

    private void add(String path, Node node) {
        Set<String> names = new HashSet<>();
        directories.put(path, names);
        for (Property property : node.properties()) {
            file(path, free(names, property.name()), property.bytes());
        }
        if (!node.hasProperty("name")) {
            file(path, free(names, "name"), (node.baseName() + "\0").getBytes(StandardCharsets.UTF_8));
        }
        for (Node child : node.children()) {
            add(join(path, free(names, child.name())), child);
        }
    }

    private static String free(Set<String> names, String name) {
        String free = name;
        for (int i = 1; !names.add(free); i++) {
            free = name + "#" + i;
        }
        return free;
    }

    void file(String path, String name, byte[] content) {
        directories.get(path).add(name);
        files.put(join(path, name), content);
    }

    void remove(String path, String name) {
        directories.get(path).remove(name);
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }

    @Override
    public List<String> list(String path) {
        return List.copyOf(directories.get(path));
    }

    @Override
    public boolean isDirectory(String path) {
        return directories.containsKey(path);
    }

    @Override
    public byte[] read(String path) throws IOException {
        if (locked.contains(path)) {
            throw new AccessDeniedException(path);
        }
        byte[] content = files.get(path);
        if (content == null) {
            throw new NoSuchFileException(path);
        }
        return content;
    }
}
