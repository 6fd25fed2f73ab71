// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.address.Translation.Reason;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.address.Translation.Untranslatable;

/**
 * The way from a node's bus up to the root, worked out once for all addresses of the node. The rules are those of
 * {@code __of_translate_address} and {@code of_translate_one} in Linux's {@code drivers/of/address.c}.
 */
final class BusPath {
    /** A DMA path may jump anywhere in the tree, so its length is not bounded by the depth. */
    static final int MAX_CROSSINGS = 256;

    private final Bus first;
    private final List<Crossing> crossings = new ArrayList<>(6);
    private Untranslatable obstacle;

    private BusPath(Bus first) {
        this.first = first;
    }

    /** The path of a node's addresses; empty for the root, which is on no bus. */
    static Optional<BusPath> of(Node node, Direction direction) {
        Node parent = direction.parentOf(node);
        if (parent == null) {
            return Optional.empty();
        }
        BusPath path = new BusPath(Bus.above(parent, treeParent(node)));
        path.obstacle = path.climb(parent, direction);
        return Optional.of(path);
    }

    private static Node treeParent(Node node) {
        return node.parent().orElse(node);
    }

    private Untranslatable climb(Node start, Direction direction) {
        Bus below = first;
        if (below.obstacle().isPresent()) {
            return below.obstacle().get();
        }
        Node bridge = start;
        for (Node parent = direction.parentOf(bridge); parent != null; parent = direction.parentOf(bridge)) {
            if (crossings.size() == MAX_CROSSINGS) {
                return new Untranslatable(
                        Reason.LOOP, bridge.path(), "no way to the root in " + MAX_CROSSINGS + " steps");
            }
            Bus above = Bus.above(parent, treeParent(bridge));
            if (above.obstacle().isPresent()) {
                return above.obstacle().get();
            }
            Property windows = bridge.property(direction.windows).orElse(null);
            if (windows == null && direction == Direction.CPU && !mayLackRanges(bridge)) {
                return new Untranslatable(
                        Reason.NO_RANGES, bridge.path(), "no ranges: its addresses mean something to itself only");
            }
            crossings.add(new Crossing(bridge, below, above, windows));
            below = above;
            bridge = parent;
        }
        return null;
    }

    // Linux, of_empty_ranges_quirk, only in kernels for PowerPC: Apple's trees, and PA Semi's SD card controller, lack
    // ranges where addresses are the same on both sides.
    private static boolean mayLackRanges(Node bridge) {
        Node root = bridge.tree().root();
        return root.isCompatible("Power Macintosh") || root.isCompatible("MacRISC") || bridge.isCompatible("1682m-sdc");
    }

    Bus first() {
        return first;
    }

    /**
     * Translates an address on the first bus.
     *
     * @param property has the address
     * @param at index of its first cell
     * @param space what it addresses
     */
    Translation translate(Property property, long at, AddressSpace space) {
        int[] address = new int[Bus.MAX_ADDRESS_CELLS];
        for (int i = 0; i < address.length; i++) {
            address[i] = Bus.cell(property, at + i);
        }
        return translate(address, space);
    }

    /** Translates an address on the first bus; cells that are missing are zero, cells too many do not count. */
    Translation translate(int[] cells, AddressSpace space) {
        int[] address = Arrays.copyOf(cells, Bus.MAX_ADDRESS_CELLS);
        Bus bus = first;
        for (Crossing crossing : crossings) {
            if (!crossing.cross(address)) {
                return new Untranslatable(
                        Reason.NO_MATCHING_RANGE,
                        crossing.bridge().path(),
                        "0x" + Long.toHexString(bus.number(address)) + " is in none of its " + crossing.windowCount()
                                + " windows");
            }
            bus = crossing.above();
        }
        if (obstacle != null) {
            return obstacle;
        }
        long physical = bus.wholeNumber(address);
        if (physical == -1) {
            return new Untranslatable(Reason.OVERFLOW, "/", "2^64 - 1 is what Linux calls a bad address");
        }
        return new Translated(physical, space);
    }
}
