// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** Everything that makes two trees the same, a line for each thing, in order. */
final class TreeDump {
    private TreeDump() {}

    static List<String> of(DeviceTree tree) {
        List<String> lines = new ArrayList<>();
        tree.memoryReservations().forEach(r -> lines.add(r.toString()));
        for (Node node : tree.nodes()) {
            lines.add(node.path());
            for (Property property : node.properties()) {
                lines.add(node.path() + " " + property.name() + " = "
                        + HexFormat.of().formatHex(property.bytes()));
            }
        }
        return lines;
    }
}
