// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;

/** Small trees of different shapes, to be mutated. */
final class SampleTrees {
    private SampleTrees() {}

    static List<DeviceTree> all() {
        return List.of(soc(), aliasesAndLabels(), deep(), wide(), RandomTrees.tree(1, 60), RandomTrees.tree(2, 60));
    }

    static DeviceTree soc() {
        return DeviceTree.builder()
                .reserveMemory(0x8000_0000L, 0x1_0000)
                .beginNode("")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .cells("interrupt-parent", 1)
                .strings("compatible", "acme,board")
                .beginNode("soc@ffe000000")
                .strings("compatible", "simple-bus")
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .cells("ranges", 0, 0xf, 0xfe000000, 0x100_0000)
                .beginNode("interrupt-controller@40000")
                .cells("reg", 0x40000, 0x1000)
                .cells("#interrupt-cells", 3)
                .property("interrupt-controller", new byte[0])
                .cells("phandle", 1)
                .endNode()
                .beginNode("uart@11000")
                .strings("compatible", "ACME,uart-2", "ns16550a")
                .cells("reg", 0x11000, 0x100)
                .cells("interrupts", 0, 36, 4)
                .strings("status", "okay")
                .endNode()
                .endNode()
                .endNode()
                .build();
    }

    private static DeviceTree aliasesAndLabels() {
        return DeviceTree.builder()
                .beginNode("")
                .beginNode("aliases")
                .strings("serial0", "/uart@0")
                .strings("loop", "loop")
                .endNode()
                .beginNode("uart@0")
                .cells("linux,phandle", 2)
                .cells("phandle", 3)
                .endNode()
                .beginNode("__symbols__")
                .strings("uart0", "/uart@0")
                .endNode()
                .endNode()
                .build();
    }

    private static DeviceTree deep() {
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        while (builder.depth() < DeviceTree.MAX_DEPTH) {
            builder.beginNode("n");
        }
        while (builder.depth() > 0) {
            builder.endNode();
        }
        return builder.build();
    }

    private static DeviceTree wide() {
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        for (int i = 0; i < 100; i++) {
            builder.beginNode("d@" + i).cells("phandle", i * 1000).endNode();
        }
        return builder.endNode().build();
    }
}
