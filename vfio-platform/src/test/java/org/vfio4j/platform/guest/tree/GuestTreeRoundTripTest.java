// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.fdt.FdtReader;
import org.vfio4j.devtree.fdt.FdtWriter;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.mapper.RegionMapping;

/** What is written for a guest is read back, by the mapper, as the guest's view: the placement. */
class GuestTreeRoundTripTest {
    /** A host's tree of random devices, each in a place of its own. */
    private static String host(Random random, List<String> paths) {
        StringBuilder source = new StringBuilder("""
                /dts-v1/;
                / { #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
                gic: gic { compatible = "arm,gic-v3"; interrupt-controller; #interrupt-cells = <3>; };
                osc: osc { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <1000>; };
                cru: cru { #clock-cells = <1>; };
                soc { #address-cells = <1>; #size-cells = <1>; ranges = <0x0 0x8 0x0 0x80000000>;
                """);
        int spi = 32;
        for (int device = 0; device < 1 + random.nextInt(5); device++) {
            int start = device * 0x100000;
            int regions = 1 + random.nextInt(3);
            String name = String.format("dev%d@%x", device, start);
            paths.add("/soc/" + name);
            source.append(name).append(" { #address-cells = <1>; #size-cells = <1>; reg = ");
            for (int i = 0; i < regions; i++) {
                int size = 4 << random.nextInt(14);
                source.append(i == 0 ? "" : ", ").append(String.format("<0x%x 0x%x>", start + i * 0x20000, size));
            }
            source.append(";");
            if (random.nextBoolean()) {
                source.append(" interrupts = <0 ").append(spi++).append(random.nextBoolean() ? " 4>;" : " 1>;");
            } else {
                source.append(" interrupts-extended = <&gic 0 " + spi++ + " 4>, <&gic 0 " + spi++ + " 1>;");
            }
            source.append(random.nextBoolean() ? " clocks = <&osc>, <&cru 1>;" : "");
            source.append(String.format(" ranges = <0x0 0x%x 0x10000>;", start + 0x80000));
            for (int below = 0; below < random.nextInt(3); below++) {
                source.append(String.format(
                        " sub@%x { reg = <0x%x 0x100>; interrupts = <0 %d 4>; };", below << 8, below << 8, spi++));
            }
            source.append(" };\n");
        }
        return source.append("}; };").toString();
    }

    @RepeatedTest(60)
    @DisplayName("regions, interrupts and phandles of random devices")
    void randomDevices(RepetitionInfo repetition) throws GuestTreeException {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        List<String> paths = new ArrayList<>();
        DeviceTree host = DtsReader.read(host(random, paths));
        MappingPolicy policy = random.nextBoolean() ? MappingPolicy.KERNEL : MappingPolicy.PROPOSAL;

        Guest guest = Guest.of(host, policy).with(paths.toArray(String[]::new));

        DeviceTree tree = FdtReader.read(FdtWriter.write(guest.tree()));
        for (int i = 0; i < paths.size(); i++) {
            PlacedDevice place = guest.placement().devices().get(i);
            Node node = tree.find(guest.nodes().paths().get(place.name())).orElseThrow();
            DeviceMapping seen = DevtreeMapper.predict(node, policy);
            DeviceMapping host1 = DevtreeMapper.predict(host.find(paths.get(i)).orElseThrow(), policy);
            assertThat(seen.regions().stream().map(r -> place(r)).toList())
                    .as("seed %d, %s", seed, node)
                    .isEqualTo(place.regions());
            assertThat(seen.irqs().stream().map(irq -> place(irq)).toList())
                    .as("seed %d, %s", seed, node)
                    .isEqualTo(place.irqs());
            assertThat(seen.regions())
                    .extracting(RegionMapping::sourceIndex)
                    .isEqualTo(host1.regions().stream()
                            .map(RegionMapping::sourceIndex)
                            .toList());
        }
        Set<Integer> phandles = new HashSet<>();
        for (Node node : tree.nodes()) {
            assertThat(node.phandle().isEmpty() || phandles.add(node.phandle().getAsInt()))
                    .as("seed %d: one phandle twice, %s", seed, node)
                    .isTrue();
        }
    }

    private static PlacedRegion place(RegionMapping region) {
        return new PlacedRegion(region.index(), region.physicalAddress(), region.size());
    }

    private static PlacedIrq place(IrqMapping irq) {
        assertThat(irq.controller()).isEqualTo("/intc@8000000");
        assertThat(irq.specifier().get(0)).isZero();
        return new PlacedIrq(irq.index(), irq.specifier().get(1), irq.trigger().isLevel());
    }
}
