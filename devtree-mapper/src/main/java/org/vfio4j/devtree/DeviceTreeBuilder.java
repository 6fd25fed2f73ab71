// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds a {@link DeviceTree} from the events of its structure: begin a node, its properties, its children, end it.
 * The root is the first node and has the empty name.
 *
 * <pre>{@code
 * DeviceTree tree = DeviceTree.builder()
 *         .beginNode("").cells("#address-cells", 1).cells("#size-cells", 1)
 *         .beginNode("uart@1000").strings("compatible", "ns16550a").cells("reg", 0x1000, 0x100).endNode()
 *         .endNode()
 *         .build();
 * }</pre>
 *
 * <p>Calls out of order throw {@link IllegalStateException}. A builder makes one tree and is not safe for use by several
 * threads at once.
 */
public final class DeviceTreeBuilder {
    private final List<MemoryReservation> memoryReservations = new ArrayList<>(0);
    private int bootCpuId;
    private DeviceTree tree;
    private final Node[] open = new Node[DeviceTree.MAX_DEPTH];
    private final int[] firstChild = new int[DeviceTree.MAX_DEPTH];
    private int depth;
    private Node[] nodes = new Node[64];
    private int nodeCount;
    // Children that have ended and wait for their parent's end, and properties of the node begun last.
    private Node[] waiting = new Node[64];
    private int waitingCount;
    private Property[] properties = new Property[32];
    private int propertyCount;
    private boolean acceptsProperties;
    private int phandle;

    DeviceTreeBuilder() {}

    /**
     * Adds an entry to the memory reservation block; only before the root.
     *
     * @param address physical address, unsigned
     * @param size bytes, unsigned
     * @return this
     */
    public DeviceTreeBuilder reserveMemory(long address, long size) {
        expect(tree == null, "a memory reservation comes before the root node");
        memoryReservations.add(new MemoryReservation(address, size));
        return this;
    }

    /**
     * Sets the physical id of the boot CPU; only before the root.
     *
     * @param id the id
     * @return this
     */
    public DeviceTreeBuilder bootCpuId(int id) {
        expect(tree == null, "the boot CPU comes before the root node");
        bootCpuId = id;
        return this;
    }

    /**
     * Begins a node; it is a child of the node begun last that has not ended.
     *
     * @param name the full name, with the unit address; empty for the root. A blob may also hold children with an empty
     *     name or with a {@code /} in it; no path leads to those
     * @return this
     * @throws IllegalArgumentException if the root is given a name
     * @throws DeviceTreeException with {@code TOO_DEEP} beyond {@link DeviceTree#MAX_DEPTH}
     */
    public DeviceTreeBuilder beginNode(String name) {
        if (tree == null) {
            if (!name.isEmpty()) {
                throw new IllegalArgumentException("expected the root node, whose name is empty; found '" + name + "'");
            }
            tree = new DeviceTree(memoryReservations, bootCpuId);
        } else {
            expect(depth > 0, "there is one root node");
        }
        Node parent = depth == 0 ? null : open[depth - 1];
        if (depth == DeviceTree.MAX_DEPTH) {
            throw new DeviceTreeException(
                    DeviceTreeException.Kind.TOO_DEEP,
                    parent.path(),
                    "nodes are nested deeper than " + DeviceTree.MAX_DEPTH);
        }
        if (acceptsProperties) {
            finishProperties(parent);
        }
        Node node = new Node(tree, parent, name, nodeCount);
        if (nodeCount == nodes.length) {
            nodes = Arrays.copyOf(nodes, nodeCount * 2);
        }
        nodes[nodeCount++] = node;
        open[depth] = node;
        firstChild[depth] = waitingCount;
        depth++;
        acceptsProperties = true;
        return this;
    }

    /** {@return the number of nodes begun and not ended} */
    public int depth() {
        return depth;
    }

    /** {@return the path of the node begun last that has not ended; {@code /} outside of any} */
    public String path() {
        return depth == 0 ? "/" : open[depth - 1].path();
    }

    /**
     * Adds a property to the node begun last. The bytes are not copied: the caller must not change them afterwards.
     *
     * @param name the name
     * @param data where the value is
     * @param offset its first byte
     * @param length its length in bytes
     * @return this
     */
    public DeviceTreeBuilder property(String name, byte[] data, int offset, int length) {
        expect(acceptsProperties, "properties come before the children of a node");
        if (length == 4 && name.endsWith("phandle")) {
            notePhandle(name, data, offset);
        }
        if (propertyCount == properties.length) {
            properties = Arrays.copyOf(properties, propertyCount * 2);
        }
        properties[propertyCount++] = new Property(name, data, offset, length);
        return this;
    }

    // Linux, populate_properties in drivers/of/fdt.c: the first of phandle and linux,phandle; ibm,phandle over both.
    private void notePhandle(String name, byte[] data, int offset) {
        boolean ibm = name.equals("ibm,phandle");
        if (ibm || (phandle == 0 && (name.equals("phandle") || name.equals("linux,phandle")))) {
            phandle = ByteBuffer.wrap(data).getInt(offset);
        }
    }

    /**
     * Adds a property with the bytes of an array, which the caller must not change afterwards.
     *
     * @param name the name
     * @param value the value
     * @return this
     */
    public DeviceTreeBuilder property(String name, byte[] value) {
        return property(name, value, 0, value.length);
    }

    /**
     * Adds a property of 32-bit cells.
     *
     * @param name the name
     * @param cells the cells
     * @return this
     */
    public DeviceTreeBuilder cells(String name, int... cells) {
        ByteBuffer value = ByteBuffer.allocate(cells.length * 4);
        value.asIntBuffer().put(cells);
        return property(name, value.array());
    }

    /**
     * Adds a property of NUL-terminated strings.
     *
     * @param name the name
     * @param strings the strings, without their NULs
     * @return this
     */
    public DeviceTreeBuilder strings(String name, String... strings) {
        StringBuilder value = new StringBuilder();
        for (String string : strings) {
            value.append(string).append('\0');
        }
        return property(name, value.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Ends the node begun last.
     *
     * @return this
     */
    public DeviceTreeBuilder endNode() {
        expect(depth > 0, "no node is open");
        Node node = open[--depth];
        if (acceptsProperties) {
            finishProperties(node);
        }
        int first = firstChild[depth];
        if (waitingCount > first) {
            node.setChildren(Arrays.copyOfRange(waiting, first, waitingCount));
            waitingCount = first;
        }
        if (waitingCount == waiting.length) {
            waiting = Arrays.copyOf(waiting, waitingCount * 2);
        }
        waiting[waitingCount++] = node;
        return this;
    }

    private void finishProperties(Node node) {
        if (propertyCount > 0) {
            node.setProperties(Arrays.copyOf(properties, propertyCount));
            propertyCount = 0;
        }
        if (phandle != 0) {
            node.setPhandle(phandle);
            phandle = 0;
        }
        acceptsProperties = false;
    }

    /**
     * Ends the building.
     *
     * @return the tree
     */
    public DeviceTree build() {
        expect(tree != null && depth == 0, "the root node has not ended");
        expect(nodes != null, "the tree has been built");
        tree.setNodes(Arrays.copyOf(nodes, nodeCount));
        nodes = null;
        return tree;
    }

    private static void expect(boolean condition, String rule) {
        if (!condition) {
            throw new IllegalStateException(rule);
        }
    }
}
