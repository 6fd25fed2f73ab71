// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.Cells;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.interrupt.Interrupts;
import org.vfio4j.devtree.platform.PlatformDevices;

/** Whatever the properties of a well-formed tree hold, every node resolves to a value, and soon. */
class MutatedTreeTest {
    private static final DeviceTree TREE = DtsReader.read("""
            / {
                #address-cells = <2>; #size-cells = <2>; compatible = "v,board"; interrupt-parent = <&gic>;
                gic: gic { compatible = "arm,gic-400"; interrupt-controller; #interrupt-cells = <3>; #address-cells = <0>; };
                soc { compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>;
                    ranges = <0 0xf 0xfe000000 0x1000000>, <0x2000000 0 0 0x10000>; dma-ranges = <0 0 0 0x80000000>;
                    uart@1000 { compatible = "arm,primecell"; reg = <0x1000 0x1000>; interrupts = <0 1 4>, <0 2 4>;
                        reg-names = "a", "b"; interrupt-names = "x", "y"; status = "okay"; mask = <8>; };
                    nexus: nexus { #interrupt-cells = <2>; #address-cells = <1>; interrupt-map-mask = <0xff 0xff 0>;
                        interrupt-map = <0 1 0 &gic 0 1 4>, <0 2 0 &other 0 5 6>, <0 3 0 &nexus 1 2 3>; };
                    other: other { #interrupt-cells = <2>; #address-cells = <1>; interrupt-controller;
                        interrupt-map = <0 5 6 &nexus 0 1 0>; };
                    dev { reg = <0x100 4 0x200 4>; interrupt-parent = <&nexus>; interrupts = <1 0>, <2 0>;
                        interrupts-extended = <&gic 0 9 4>, <0>, <&nexus 3 0>; };
                    flags { #address-cells = <3>; #size-cells = <1>; ranges = <0x200 0 0 0x5000 0x1000>;
                        dev@0 { compatible = "v,d"; reg = <0x200 0 0 4>; interrupts = <0 4 4>; }; };
                    master { interconnects = <&soc2 1>; interconnect-names = "dma-mem"; };
                };
                soc2: pcie@0 { device_type = "pci"; #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>;
                    #interconnect-cells = <1>; ranges = <0x82000000 0 0 0 0x40000000 0 0x1000>;
                    dma-ranges = <0x42000000 0 0 0 0 1 0>; interrupt-map-mask = <0 0 0 7>;
                    interrupt-map = <0 0 0 1 &gic 0 7 4>;
                    dev@0 { reg = <0 0 0 0 0>; assigned-addresses = <0x82000010 0 0x10 0 0x10>; interrupts = <1>; }; };
                isa { ranges = <1 0 0 0 0x1000>; serial { reg = <1 0x3f8 8>; }; };
            };
            """);

    private static final int[] TELLING_CELLS = {0, 1, 2, 3, 4, 5, 16, 17, 0x7fffffff, 0x80000000, 0xffffffff};

    @Test
    @Timeout(60)
    void everyNodeOfAMutatedTreeResolves() {
        for (int seed = 0; seed < 4_000; seed++) {
            DeviceTree mutant = new Mutation(new Random(seed)).of(TREE);
            assertThatCode(() -> resolveAll(mutant)).as("seed %d", seed).doesNotThrowAnyException();
        }
    }

    @Test
    void aGreatCountTakesNoTimeAndNoMemory() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <0xffffffff>; #size-cells = <0x7fffffff>; interrupt-parent = <&pic>;
                    pic: pic { #interrupt-cells = <0x7fffffff>; reg = <1 2>; interrupts = <1>; ranges = <1 2 3>;
                        interrupt-map = <1 2 3 4>; dma-ranges = <1 2 3>;
                        dev { reg = <1 2>; interrupts-extended = <&pic 1>; ranges = <1 2>; }; };
                };
                """);

        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> resolveAll(tree));
    }

    private static void resolveAll(DeviceTree tree) {
        for (Node node : tree.nodes()) {
            Addresses.reg(node);
            Addresses.ranges(node);
            Addresses.dmaRanges(node);
            Addresses.dmaWindows(node);
            Addresses.translate(node, 1, 2, 3);
            Addresses.translateDma(node);
            Cells.forRegOf(node);
            Interrupts.of(node);
        }
        PlatformDevices.of(tree);
    }

    /** A copy of a tree with about every thirtieth property dropped, cut off, overwritten or exchanged. */
    private record Mutation(Random random) {
        DeviceTree of(DeviceTree tree) {
            DeviceTreeBuilder builder = DeviceTree.builder();
            copy(tree.root(), builder);
            return builder.build();
        }

        private void copy(Node node, DeviceTreeBuilder builder) {
            builder.beginNode(node.name());
            for (Property property : node.properties()) {
                byte[] value = property.bytes();
                if (random.nextInt(30) > 0) {
                    builder.property(property.name(), value);
                    continue;
                }
                switch (random.nextInt(6)) {
                    case 0 -> {}
                    case 1 -> builder.property(property.name(), value, 0, random.nextInt(value.length + 1));
                    case 2 -> {
                        random.nextBytes(value);
                        builder.property(property.name(), value);
                    }
                    case 3 -> builder.cells(property.name(), TELLING_CELLS[random.nextInt(TELLING_CELLS.length)]);
                    case 4 -> {
                        int[] cells = property.cells();
                        if (cells.length > 0) {
                            cells[random.nextInt(cells.length)] = TELLING_CELLS[random.nextInt(TELLING_CELLS.length)];
                        }
                        builder.cells(property.name(), cells);
                    }
                    default -> {
                        Property other = anyProperty();
                        builder.property(property.name(), other.bytes());
                    }
                }
            }
            node.children().forEach(child -> copy(child, builder));
            builder.endNode();
        }

        private Property anyProperty() {
            while (true) {
                Node node = TREE.nodes().get(random.nextInt(TREE.nodes().size()));
                if (!node.properties().isEmpty()) {
                    return node.properties()
                            .get(random.nextInt(node.properties().size()));
                }
            }
        }
    }
}
