// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.platform.guest.tree.DeviceResources.IrqResource;
import org.vfio4j.platform.guest.tree.DeviceResources.RegionResource;

/**
 * A guest that was made for a test: devices of a host's tree, named by their paths.
 *
 * @param nodes the nodes that were made
 * @param tree the guest's tree
 * @param placement where it sees the devices
 */
record Guest(GuestTree nodes, DeviceTree tree, Placement placement) {
    static final GuestPlatformBus BUS = GuestPlatformBus.ofQemuVirt();

    /** What a test says of a guest. */
    static final class Wish {
        private final DeviceTree host;
        private MappingPolicy policy = MappingPolicy.KERNEL;
        private GuestBase base = GuestBase.minimal();
        private GuestPlatformBus bus = BUS;
        private GuestTreeOptions options = GuestTreeOptions.none();

        private Wish(DeviceTree host) {
            this.host = host;
        }

        Wish proposal() {
            policy = MappingPolicy.PROPOSAL;
            return this;
        }

        Wish base(GuestBase newBase) {
            base = newBase;
            return this;
        }

        Wish bus(GuestPlatformBus newBus) {
            bus = newBus;
            return this;
        }

        Wish leaveOut(String property) {
            options = new GuestTreeOptions(Set.of(property), options.clockRates());
            return this;
        }

        Wish rates(ClockRates rates) {
            options = new GuestTreeOptions(options.leftOut(), rates);
            return this;
        }

        Guest with(String... paths) throws GuestTreeException {
            List<Node> nodes = Arrays.stream(paths)
                    .map(path -> host.find(path).orElseThrow())
                    .toList();
            List<DeviceMapping> mappings = nodes.stream()
                    .map(node -> DevtreeMapper.predict(node, policy))
                    .toList();
            Placement placement =
                    bus.place(mappings.stream().map(Guest::resources).toList());
            List<GuestDevice> devices = new ArrayList<>();
            for (int i = 0; i < paths.length; i++) {
                devices.add(new GuestDevice(
                        nodes.get(i), mappings.get(i), placement.devices().get(i)));
            }
            GuestTree made = GuestTree.of(base, placement, devices, options);
            return new Guest(made, made.tree(), placement);
        }
    }

    /** A host's root with a GIC and a bus {@code /soc}, of one cell for addresses and sizes, at 0xf0000000. */
    static Wish soc(String onBus) {
        return soc(onBus, "");
    }

    static Wish soc(String onBus, String besides) {
        return host("""
                / {
                    #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
                    %s
                    soc {
                        compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>;
                        ranges = <0x0 0x0 0xf0000000 0x1000000>;
                        gic: interrupt-controller@f00000 {
                            compatible = "arm,gic-v3"; reg = <0xf00000 0x10000>; interrupt-controller;
                            #interrupt-cells = <3>; #address-cells = <0>; };
                        %s
                    };
                };
                """.formatted(besides, onBus));
    }

    static Wish host(String source) {
        return new Wish(DtsReader.read("/dts-v1/;\n" + source));
    }

    static Wish of(DeviceTree host, MappingPolicy policy) {
        Wish wish = new Wish(host);
        wish.policy = policy;
        return wish;
    }

    private static DeviceResources resources(DeviceMapping mapping) {
        return new DeviceResources(
                mapping.node(),
                mapping.regions().stream()
                        .map(region -> new RegionResource(region.index(), region.size()))
                        .toList(),
                mapping.irqs().stream()
                        .map(irq -> new IrqResource(irq.index(), irq.trigger().isLevel()))
                        .toList());
    }

    /** The first device's node. */
    Node device() {
        return device(0);
    }

    Node device(int index) {
        String name = placement.devices().get(index).name();
        return tree.find(nodes.paths().get(name)).orElseThrow();
    }

    /** The cells of a property of the first device, such as {@code 0 c000000 0 4}; "none" without the property. */
    String cells(String property) {
        return cells(device(), property);
    }

    static String cells(Node node, String property) {
        return node.property(property).map(Guest::text).orElse("none");
    }

    private static String text(Property property) {
        return String.join(
                " ",
                Arrays.stream(property.cells()).mapToObj(Integer::toHexString).toList());
    }

    /** The notes as lines such as {@code PROVIDE resets of /soc/uart@1000: why}. */
    List<String> notes() {
        return nodes.notes().stream()
                .map(note -> note.kind() + " " + note.property() + " of " + note.node() + ": " + note.why())
                .toList();
    }

    /** The node that a cell of a property of the first device refers to. */
    Node target(String property, int cell) {
        return tree.byPhandle(device().property(property).orElseThrow().cell(cell))
                .orElseThrow();
    }
}
