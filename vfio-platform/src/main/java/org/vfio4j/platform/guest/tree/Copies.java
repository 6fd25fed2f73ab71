// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.devtree.Node;
import org.vfio4j.platform.guest.tree.GuestTreeException.Kind;

/** Which nodes of the host the guest has: those of the devices and below. */
final class Copies {
    // By path: two devices may come from two readings of one tree.
    private final Map<String, GuestNode> byPath = new HashMap<>();

    /** Makes empty copies of a device's node and of those below it. */
    GuestNode make(Node device) throws GuestTreeException {
        GuestNode copy = new GuestNode(device.baseName());
        if (byPath.put(device.path(), copy) != null) {
            throw new GuestTreeException(
                    Kind.NESTED_DEVICES,
                    device.path() + " was named twice, or is below another device: assign the upper one only");
        }
        Set<String> names = new HashSet<>();
        device.children().forEach(child -> names.add(child.name()));
        for (Node child : device.children()) {
            GuestNode below = make(child);
            below.rename(nameOf(child, names));
            add(copy, below);
        }
        return copy;
    }

    /** Adds a child; one called a in front of a@1, as libfdt, which applies overlays, takes the first of them for a. */
    private static void add(GuestNode parent, GuestNode child) {
        List<GuestNode> children = parent.children();
        int at = 0;
        while (at < children.size() && !children.get(at).name().startsWith(child.name() + "@")) {
            at++;
        }
        children.add(at, child);
    }

    /**
     * The host's name; without the address of a register that is not there, which dtc warns of, or with a dash before it
     * where only the address tells children of one name apart.
     */
    private static String nameOf(Node node, Set<String> names) {
        boolean hasAddress = node.hasProperty("reg")
                || node.property("ranges").filter(ranges -> ranges.length() > 0).isPresent();
        if (hasAddress || node.unitAddress().isEmpty()) {
            return node.name();
        }
        String base = node.baseName();
        boolean isOnly = names.stream()
                .allMatch(name -> name.equals(node.name()) || !name.equals(base) && !name.startsWith(base + "@"));
        return UniqueNames.add(names, isOnly ? base : node.name().replace('@', '-'), "-");
    }

    Optional<GuestNode> of(Node node) {
        return Optional.ofNullable(byPath.get(node.path()));
    }
}
