// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.Cells;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.openfirmware.RangeSet.Range;

/**
 * The RAM of one memory node, and its {@code available} property (IEEE 1275-1994): what is free, in the format of
 * {@code reg}.
 */
final class NodeMemory {
    /** Above this nothing is RAM; it keeps the ends of ranges positive. */
    private static final long HIGHEST = 1L << 62;

    private final Node node;
    private final RangeSet ram;

    private NodeMemory(Node node, RangeSet ram) {
        this.node = node;
        this.ram = ram;
    }

    /** The RAM of all memory nodes; what two of them have belongs to the first. */
    static List<NodeMemory> of(DeviceTree tree) {
        List<NodeMemory> memory = new ArrayList<>();
        RangeSet known = new RangeSet();
        for (Node node : tree.nodes()) {
            if (node.isAvailable() && node.strings("device_type").equals(List.of("memory"))) {
                RangeSet ram = new RangeSet();
                for (RegEntry entry : Addresses.reg(node)) {
                    if (entry.translation() instanceof Translated translated) {
                        add(ram, known, translated.address(), entry.size());
                    }
                }
                memory.add(new NodeMemory(node, ram));
            }
        }
        return memory;
    }

    private static void add(RangeSet ram, RangeSet known, long start, long size) {
        if (start < 0 || start >= HIGHEST) {
            return;
        }
        long end = size < 0 || size > HIGHEST - start ? HIGHEST : start + size;
        RangeSet added = new RangeSet();
        added.add(start, end);
        known.within(start, end).forEach(range -> added.remove(range.start(), range.end()));
        added.ranges().forEach(range -> ram.add(range.start(), range.end()));
        known.add(start, end);
    }

    Node node() {
        return node;
    }

    List<Range> ram() {
        return ram.ranges();
    }

    byte[] available(RangeSet free) {
        Cells cells = Cells.forRegOf(node);
        List<Range> ranges = new ArrayList<>();
        for (Range range : ram.ranges()) {
            ranges.addAll(free.within(range.start(), range.end()));
        }
        int addressCells = cells.address().value();
        int sizeCells = cells.size().value();
        if (ranges.isEmpty()) {
            return new byte[0];
        }
        ByteBuffer value = ByteBuffer.allocate(4 * (addressCells + sizeCells) * ranges.size());
        for (Range range : ranges) {
            put(value, addressCells, range.start());
            put(value, sizeCells, range.size());
        }
        return value.array();
    }

    private static void put(ByteBuffer value, int cells, long number) {
        for (int i = cells - 1; i >= 0; i--) {
            value.putInt(i > 1 ? 0 : (int) (number >>> 32 * i));
        }
    }
}
