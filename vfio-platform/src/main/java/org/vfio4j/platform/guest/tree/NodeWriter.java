// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.nio.ByteBuffer;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.platform.guest.tree.GuestNode.Link;

/** Writes the nodes of a guest, with their phandles in place. */
record NodeWriter(DeviceTreeBuilder out, Phandles phandles) {
    void write(GuestNode node) {
        out.beginNode(node.name());
        node.properties().forEach((name, value) -> out.property(name, numbered(value)));
        Integer phandle = phandles.of(node);
        if (phandle != null) {
            out.cells("phandle", phandle);
        }
        // Depth is bounded by the builder.
        node.children().forEach(this::write);
        out.endNode();
    }

    private byte[] numbered(GuestNode.Value value) {
        ByteBuffer bytes = ByteBuffer.wrap(value.bytes().clone());
        for (Link link : value.links()) {
            bytes.putInt(link.cell() * 4, phandles.of(link.target()));
        }
        return bytes.array();
    }
}
