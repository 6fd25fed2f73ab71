// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import java.util.List;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.PhandleEntry;

/** Whose addresses are translated. */
enum Direction {
    /** The CPU's, to reach the registers of a device: {@code ranges}, and up the tree. */
    CPU("ranges"),
    /** A device's, to reach memory: {@code dma-ranges}, and up the DMA parents. */
    DMA("dma-ranges");

    final String windows;

    Direction(String windows) {
        this.windows = windows;
    }

    /** The next node on the way up, or null. */
    Node parentOf(Node node) {
        if (this == DMA) {
            Node interconnect = dmaMemoryInterconnect(node);
            if (interconnect != null) {
                return interconnect;
            }
        }
        return node.parent().orElse(null);
    }

    // Linux, __of_get_dma_parent: the interconnect that interconnect-names calls "dma-mem".
    private static Node dmaMemoryInterconnect(Node node) {
        int index = node.strings("interconnect-names").indexOf("dma-mem");
        if (index < 0) {
            return null;
        }
        List<PhandleEntry> entries = PhandleEntry.listOf(node, "interconnects", "#interconnect-cells");
        return index < entries.size() && entries.get(index) instanceof PhandleEntry.Reference reference
                ? reference.target()
                : null;
    }
}
