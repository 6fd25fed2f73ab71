// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import java.util.Random;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;

/** Trees of any shape from a seed: deep, wide, empty names, every byte in names and values, duplicates. */
final class RandomTrees {
    private static final String[] COMMON_NAMES = {
        "compatible", "reg", "status", "phandle", "linux,phandle", "ibm,phandle", "interrupts", "#address-cells", "name"
    };

    private final Random random;
    private int nodesLeft;

    private RandomTrees(long seed, int nodes) {
        random = new Random(seed);
        nodesLeft = nodes;
    }

    static DeviceTree tree(long seed, int nodes) {
        return new RandomTrees(seed, nodes).tree();
    }

    private DeviceTree tree() {
        DeviceTreeBuilder builder = DeviceTree.builder().bootCpuId(random.nextInt());
        for (int i = random.nextInt(4); i > 0; i--) {
            builder.reserveMemory(random.nextLong(), random.nextLong() | 1);
        }
        addNode(builder, "");
        return builder.build();
    }

    private void addNode(DeviceTreeBuilder builder, String name) {
        builder.beginNode(name);
        nodesLeft--;
        for (int i = random.nextInt(8); i > 0; i--) {
            byte[] value = new byte[random.nextInt(4) == 0 ? random.nextInt(200) : 4 * random.nextInt(4)];
            random.nextBytes(value);
            builder.property(random.nextBoolean() ? COMMON_NAMES[random.nextInt(COMMON_NAMES.length)] : name(), value);
        }
        int children = random.nextInt(12) == 0 ? 40 : random.nextInt(4);
        while (children-- > 0 && nodesLeft > 0 && builder.depth() < DeviceTree.MAX_DEPTH) {
            addNode(builder, name());
        }
        builder.endNode();
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            name.append((char) (random.nextInt(10) == 0 ? 1 + random.nextInt(255) : 'a' + random.nextInt(26)));
        }
        return name.toString();
    }
}
