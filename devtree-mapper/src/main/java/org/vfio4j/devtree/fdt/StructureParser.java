// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.vfio4j.devtree.fdt.FdtFormat.malformed;

import java.nio.charset.StandardCharsets;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.DeviceTreeException.Kind;

/** Turns the tokens of the structure block into the events of a {@link DeviceTreeBuilder}, in one pass. */
final class StructureParser {
    private final byte[] blob;
    private final int begin;
    private final int end;
    // Before version 16 a node has its full path as name, and a value of 8 bytes or more begins at a multiple of 8.
    private final boolean beforeVersion16;
    private final PropertyNames names;
    private final DeviceTreeBuilder builder;
    private int depth;
    private boolean rootSeen;
    private boolean acceptsProperties;

    StructureParser(byte[] blob, FdtHeader header, DeviceTreeBuilder builder) {
        this.blob = blob;
        this.begin = header.structure();
        this.end = header.structureEnd();
        this.beforeVersion16 = header.version() < 16;
        this.names = new PropertyNames(blob, header);
        this.builder = builder;
    }

    void parse() {
        int at = begin;
        while (at <= end - FdtFormat.TOKEN_SIZE) {
            int token = FdtFormat.u32(blob, at);
            switch (token) {
                case FdtFormat.PROP -> at = property(at);
                case FdtFormat.BEGIN_NODE -> at = beginNode(at);
                case FdtFormat.END_NODE -> at = endNode(at);
                case FdtFormat.NOP -> at += FdtFormat.TOKEN_SIZE;
                case FdtFormat.END -> {
                    expectEnd(at);
                    return;
                }
                default ->
                    throw structure(at, "expected a token (1 to 4, or 9), found 0x" + Integer.toHexString(token));
            }
        }
        throw malformed(Kind.TRUNCATED, at, "the structure block ends without an END token");
    }

    private int beginNode(int at) {
        if (depth == 0 && rootSeen) {
            throw structure(at, "expected END after the root node, found a second root node");
        }
        if (depth == DeviceTree.MAX_DEPTH) {
            throw malformed(Kind.TOO_DEEP, at, "nodes are nested deeper than " + DeviceTree.MAX_DEPTH);
        }
        int nameAt = at + FdtFormat.TOKEN_SIZE;
        int nameEnd = nameAt;
        while (nameEnd < end && blob[nameEnd] != 0) {
            nameEnd++;
        }
        if (nameEnd == end) {
            throw structure(nameAt, "the name of a node has no NUL before the end of the structure block");
        }
        String name = name(beforeVersion16 ? leafOfPath(nameAt, nameEnd) : nameAt, nameEnd);
        if (depth == 0 && !name.isEmpty()) {
            throw structure(nameAt, "expected a root node without a name, found '" + name + "'");
        }
        builder.beginNode(name);
        depth++;
        rootSeen = true;
        acceptsProperties = true;
        return FdtFormat.alignToToken(nameEnd + 1);
    }

    private int leafOfPath(int from, int to) {
        for (int i = to - 1; i >= from; i--) {
            if (blob[i] == '/') {
                return i + 1;
            }
        }
        throw structure(
                from, "expected a path as the name of a node before version 16, found '" + name(from, to) + "'");
    }

    private String name(int from, int to) {
        return new String(blob, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private int property(int at) {
        if (!acceptsProperties) {
            throw structure(at, depth == 0 ? "a property outside of a node" : "a property after a child node");
        }
        int valueAt = at + FdtFormat.PROPERTY_HEADER_SIZE;
        if (valueAt > end) {
            throw structure(at, "the structure block ends inside a property");
        }
        int length = FdtFormat.u32(blob, at + 4);
        if (beforeVersion16 && Integer.compareUnsigned(length, 8) >= 0 && (valueAt - begin) % 8 != 0) {
            valueAt += 4;
        }
        if (length < 0 || length > end - valueAt) {
            throw structure(
                    at + 4,
                    "the value of a property has " + Integer.toUnsignedString(length) + " bytes, "
                            + Math.max(0, end - valueAt) + " are left in the structure block");
        }
        builder.property(names.get(FdtFormat.u32(blob, at + 8), at + 8), blob, valueAt, length);
        return FdtFormat.alignToToken(valueAt + length);
    }

    private int endNode(int at) {
        if (depth == 0) {
            throw structure(at, "END_NODE without a node");
        }
        builder.endNode();
        depth--;
        acceptsProperties = false;
        return at + FdtFormat.TOKEN_SIZE;
    }

    private void expectEnd(int at) {
        if (depth != 0) {
            throw structure(at, "END inside the node " + builder.path());
        }
        if (!rootSeen) {
            throw structure(at, "there is no root node");
        }
    }

    private static DeviceTreeException structure(int at, String detail) {
        return malformed(Kind.BAD_STRUCTURE, at, detail);
    }
}
