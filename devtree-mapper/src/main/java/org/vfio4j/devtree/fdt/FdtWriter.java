// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.MemoryReservation;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * Writes device tree blobs of version 17, compatible to 16. {@link FdtReader} reads back an equal tree: the same names,
 * values, order, memory reservations and boot CPU.
 */
public final class FdtWriter {
    private final DeviceTree tree;
    private final Map<String, Integer> names = new LinkedHashMap<>();
    private int stringsSize;

    private FdtWriter(DeviceTree tree) {
        this.tree = tree;
    }

    /**
     * Writes a tree. A property name that several properties have is written once.
     *
     * @param tree the tree
     * @return the blob
     * @throws IllegalArgumentException if the format cannot hold the tree: a name with a NUL or a character above U+00FF,
     *     a memory reservation of size 0, which would end the list, or more than {@link FdtReader#MAX_SIZE} bytes
     */
    public static byte[] write(DeviceTree tree) {
        return new FdtWriter(tree).write();
    }

    private byte[] write() {
        int reservations = FdtFormat.HEADER_SIZE;
        long structure = reservations + (tree.memoryReservations().size() + 1L) * FdtFormat.RESERVATION_SIZE;
        long strings = structure + structureSize();
        long total = strings + stringsSize;
        if (total > FdtReader.MAX_SIZE) {
            throw new IllegalArgumentException(
                    "a blob has at most " + FdtReader.MAX_SIZE + " bytes, this tree needs " + total);
        }
        ByteBuffer blob = ByteBuffer.allocate((int) total);
        blob.putInt(FdtFormat.MAGIC).putInt((int) total).putInt((int) structure).putInt((int) strings);
        blob.putInt(reservations).putInt(FdtFormat.LAST_VERSION).putInt(FdtFormat.LAST_COMPATIBLE_VERSION);
        blob.putInt(tree.bootCpuId()).putInt(stringsSize).putInt((int) (strings - structure));
        for (MemoryReservation reservation : tree.memoryReservations()) {
            if (reservation.size() == 0) {
                throw new IllegalArgumentException("a memory reservation of size 0 would end the list: " + reservation);
            }
            blob.putLong(reservation.address()).putLong(reservation.size());
        }
        blob.putLong(0).putLong(0);
        putNode(blob, tree.root());
        blob.putInt(FdtFormat.END);
        for (String name : names.keySet()) {
            putName(blob, name);
        }
        return blob.array();
    }

    /** Adds up the structure block, and gives every property name its offset in the strings block. */
    private long structureSize() {
        long size = FdtFormat.TOKEN_SIZE;
        for (Node node : tree.nodes()) {
            checkName(node.name(), node);
            size += 2 * FdtFormat.TOKEN_SIZE
                    + FdtFormat.alignToToken(node.name().length() + 1);
            for (Property property : node.properties()) {
                size += FdtFormat.PROPERTY_HEADER_SIZE + (property.length() + 3L & -4L);
                if (!names.containsKey(property.name())) {
                    checkName(property.name(), node);
                    names.put(property.name(), stringsSize);
                    stringsSize = Math.addExact(stringsSize, property.name().length() + 1);
                }
            }
        }
        return size;
    }

    private static void checkName(String name, Node node) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == 0 || c > 0xff) {
                throw new IllegalArgumentException(String.format(
                        "node %s: expected a name of characters U+0001 to U+00FF, found U+%04X at %d of '%s'",
                        node.path(), (int) c, i, name));
            }
        }
    }

    // Recursion is bounded by DeviceTree.MAX_DEPTH.
    private void putNode(ByteBuffer blob, Node node) {
        blob.putInt(FdtFormat.BEGIN_NODE);
        putName(blob, node.name());
        pad(blob);
        for (Property property : node.properties()) {
            blob.putInt(FdtFormat.PROP).putInt(property.length()).putInt(names.get(property.name()));
            blob.put(property.bytes());
            pad(blob);
        }
        for (Node child : node.children()) {
            putNode(blob, child);
        }
        blob.putInt(FdtFormat.END_NODE);
    }

    private static void putName(ByteBuffer blob, String name) {
        blob.put(name.getBytes(StandardCharsets.ISO_8859_1)).put((byte) 0);
    }

    // The structure block begins at a multiple of the alignment, so the position in the blob may stand for the offset.
    private static void pad(ByteBuffer blob) {
        blob.position(FdtFormat.alignToToken(blob.position()));
    }
}
