// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.diff;

import java.util.List;
import java.util.stream.Collectors;
import org.vfio4j.devtree.MemoryReservation;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.dts.PropertyText;

/** The words of a {@link Difference}. */
final class Texts {
    private Texts() {}

    static String size(Node node) {
        return " (" + count(node.properties().size(), "property", "properties") + ", "
                + count(node.children().size(), "node", "nodes") + ")";
    }

    private static String count(int count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }

    static String assigned(Node node, Property property) {
        return property.length() == 0 ? "" : " = " + PropertyText.of(node, property);
    }

    static String value(Node node, Property property) {
        return property.length() == 0 ? "(empty)" : PropertyText.of(node, property);
    }

    static String reservations(List<MemoryReservation> reservations) {
        return reservations.stream()
                .map(r -> "<0x" + Long.toHexString(r.address()) + " 0x" + Long.toHexString(r.size()) + ">")
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
