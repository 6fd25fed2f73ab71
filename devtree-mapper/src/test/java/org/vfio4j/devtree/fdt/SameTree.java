// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;

/** Structural equality: names, values, order, reservations and boot CPU. */
final class SameTree {
    private SameTree() {}

    static void check(DeviceTree expected, DeviceTree actual) {
        assertThat(actual.memoryReservations()).isEqualTo(expected.memoryReservations());
        assertThat(actual.bootCpuId()).isEqualTo(expected.bootCpuId());
        assertThat(actual.nodes()).hasSameSizeAs(expected.nodes());
        for (int i = 0; i < expected.nodes().size(); i++) {
            check(expected.nodes().get(i), actual.nodes().get(i));
        }
    }

    // Compared before anything is asserted, as tens of thousands of trees come this way.
    private static void check(Node expected, Node actual) {
        boolean same = actual.name().equals(expected.name())
                && actual.properties().equals(expected.properties())
                && indexes(actual.children()).equals(indexes(expected.children()))
                && actual.phandle().equals(expected.phandle());
        if (!same) {
            assertThat(actual.name()).as("name of node %d", expected.index()).isEqualTo(expected.name());
            assertThat(actual.properties()).as("properties of %s", expected).isEqualTo(expected.properties());
            assertThat(indexes(actual.children()))
                    .as("children of %s", expected)
                    .isEqualTo(indexes(expected.children()));
            assertThat(actual.phandle()).as("phandle of %s", expected).isEqualTo(expected.phandle());
        }
    }

    private static List<Integer> indexes(List<Node> nodes) {
        return nodes.stream().map(Node::index).toList();
    }
}
