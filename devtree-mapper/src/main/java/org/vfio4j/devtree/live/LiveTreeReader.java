// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** Reads the directories depth first into a tree, in the order of a blob if there is one. */
final class LiveTreeReader {
    /**
     * An entry of a directory.
     *
     * @param file the name in the directory
     * @param name the name in the tree
     */
    private record Entry(String file, String name) {}

    private final TreeDirectory directory;
    private final DeviceTreeBuilder builder = DeviceTree.builder();
    private final List<String> unreadable = new ArrayList<>();

    private LiveTreeReader(TreeDirectory directory) {
        this.directory = directory;
    }

    static LiveTree read(TreeDirectory directory, DeviceTree blob, String orderReason) throws IOException {
        LiveTreeReader reader = new LiveTreeReader(directory);
        if (blob != null) {
            blob.memoryReservations().forEach(r -> reader.builder.reserveMemory(r.address(), r.size()));
            reader.builder.bootCpuId(blob.bootCpuId());
        }
        reader.node("", "", blob == null ? null : blob.root());
        LiveTree.OrderSource source = blob == null ? LiveTree.OrderSource.SORTED : LiveTree.OrderSource.FDT;
        return new LiveTree(reader.builder.build(), source, orderReason, reader.unreadable);
    }

    /** Depth is bounded by the builder. */
    private void node(String path, String name, Node inBlob) throws IOException {
        builder.beginNode(name);
        List<Entry> properties = new ArrayList<>();
        List<Entry> children = new ArrayList<>();
        List<String> files = directory.list(path);
        Set<String> present = new HashSet<>(files);
        for (String file : files) {
            boolean isNode = directory.isDirectory(join(path, file));
            Entry entry = new Entry(file, originalName(file, present, inBlob, isNode));
            (isNode ? children : properties).add(entry);
        }
        sort(properties, inBlob, false);
        sort(children, inBlob, true);
        for (Entry entry : properties) {
            property(path, name, entry, inBlob);
        }
        Map<String, Node> blobChildren = new HashMap<>();
        if (inBlob != null) {
            inBlob.children().forEach(child -> blobChildren.putIfAbsent(child.name(), child));
        }
        for (Entry entry : children) {
            node(join(path, entry.file()), entry.name(), blobChildren.get(entry.name()));
        }
        builder.endNode();
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }

    private void property(String path, String nodeName, Entry entry, Node inBlob) throws IOException {
        byte[] value;
        try {
            value = directory.read(join(path, entry.file()));
        } catch (AccessDeniedException e) {
            unreadable.add(builder.path() + ": " + entry.name());
            return;
        }
        boolean own = inBlob != null && inBlob.hasProperty("name");
        if (own || !entry.name().equals("name") || !isBaseName(nodeName, value)) {
            builder.property(entry.name(), value);
        }
    }

    // Linux, populate_properties in drivers/of/fdt.c: the text up to the last @, with a NUL.
    private static boolean isBaseName(String nodeName, byte[] value) {
        int at = nodeName.lastIndexOf('@');
        String base = at < 0 ? nodeName : nodeName.substring(0, at);
        return Arrays.equals(value, (base + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The name before Linux made it differ from another one in its directory (safe_name in drivers/of/kobj.c): it adds
     * #1, #2 and so on, the first that is free.
     */
    private static String originalName(String file, Set<String> present, Node inBlob, boolean isNode) {
        int hash = file.lastIndexOf('#');
        if (hash <= 0 || !file.substring(hash + 1).matches("[1-9]|1[0-5]") || isIn(inBlob, file, isNode)) {
            return file;
        }
        String name = file.substring(0, hash);
        boolean renamed = present.contains(name);
        for (int i = Integer.parseInt(file.substring(hash + 1)) - 1; i > 0; i--) {
            renamed &= present.contains(name + "#" + i);
        }
        return renamed ? name : file;
    }

    private static boolean isIn(Node inBlob, String name, boolean isNode) {
        return inBlob != null && (isNode ? inBlob.child(name).isPresent() : inBlob.hasProperty(name));
    }

    private static void sort(List<Entry> entries, Node inBlob, boolean nodes) {
        Map<String, Integer> places = new HashMap<>();
        if (inBlob != null) {
            List<String> names = nodes
                    ? inBlob.children().stream().map(Node::name).toList()
                    : inBlob.properties().stream().map(Property::name).toList();
            names.forEach(name -> places.putIfAbsent(name, places.size()));
        }
        Comparator<Entry> byPlace = Comparator.comparing(e -> places.getOrDefault(e.name(), Integer.MAX_VALUE));
        Comparator<Entry> byName = Comparator.comparing(Entry::name).thenComparing(Entry::file);
        entries.sort(byPlace.thenComparing(
                nodes
                        ? Comparator.comparing(Entry::name, UnitAddressOrder.INSTANCE)
                                .thenComparing(byName)
                        : byName));
    }
}
