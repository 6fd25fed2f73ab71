// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.dts.DtsReader;

/** The rules that the proposal's text leaves open, on nodes like the ones that decide them. */
class ProposalPolicyTest {
    private static DeviceMapping map(String device) {
        String tree = """
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    interrupt-parent = <&pic>;
                    pic: pic { interrupt-controller; #interrupt-cells = <1>; };
                    bus {
                        #address-cells = <1>;
                        #size-cells = <1>;
                        ranges = <0 0x40000000 0x10000000>;
                        dev { #address-cells = <1>; #size-cells = <1>; DEVICE };
                    };
                };
                """;
        Node node =
                DtsReader.read(tree.replace("DEVICE", device)).find("/bus/dev").orElseThrow();
        return DevtreeMapper.predict(node, MappingPolicy.PROPOSAL);
    }

    private static String text(RegionMapping region) {
        return region.source() + "[" + region.sourceIndex() + "] " + Long.toHexString(region.physicalAddress());
    }

    private static String text(Unexposed unexposed) {
        return unexposed.property() + "[" + unexposed.sourceIndex() + "] " + unexposed.reason();
    }

    // Like a local bus controller: its windows lie above and below its registers.
    @Test
    void windows_come_before_reg_whatever_their_addresses_are_and_wherever_the_property_is() {
        String expected = "RANGES[0] 48000000 RANGES[1] 4a000000 REG[0] 49000000";
        for (String properties : new String[] {
            "reg = <0x9000000 0x1000>; ranges = <0 0x8000000 0x100>, <1 0xa000000 0x100>;",
            "ranges = <0 0x8000000 0x100>, <1 0xa000000 0x100>; reg = <0x9000000 0x1000>;"
        }) {
            assertThat(String.join(
                            " ",
                            map(properties).regions().stream()
                                    .map(ProposalPolicyTest::text)
                                    .toList()))
                    .isEqualTo(expected);
        }
    }

    @Test
    void a_window_that_is_a_reg_entry_is_one_region() {
        DeviceMapping mapping = map("reg = <0x1000 0x100>, <0x2000 0x100>; ranges = <0 0x2000 0x100>;");

        assertThat(mapping.regions())
                .extracting(ProposalPolicyTest::text)
                .containsExactly("REG[0] 40001000", "REG[1] 40002000");
        assertThat(mapping.unexposed())
                .extracting(ProposalPolicyTest::text)
                .containsExactly("ranges[0] the same window as reg[1], which is a region");
    }

    @Test
    void a_window_that_contains_a_reg_entry_is_a_region_too() {
        assertThat(map("reg = <0x1300 0x4>; ranges = <0 0x1100 0x500>;").regions())
                .extracting(ProposalPolicyTest::text)
                .containsExactly("RANGES[0] 40001100", "REG[0] 40001300");
    }

    @Test
    void what_does_not_translate_is_unexposed_and_the_rest_moves_up() {
        DeviceMapping mapping = map("reg = <0x1000 0x100>; ranges = <0 0xf0000000 0x100>, <1 0x2000 0x100>;");

        assertThat(mapping.regions())
                .extracting(ProposalPolicyTest::text)
                .containsExactly("RANGES[1] 40002000", "REG[0] 40001000");
        assertThat(mapping.regions()).extracting(RegionMapping::index).containsExactly(0, 1);
        assertThat(mapping.unexposed())
                .singleElement()
                .satisfies(u -> assertThat(text(u)).startsWith("ranges[0] does not translate at /bus: "));
    }

    @Test
    void empty_ranges_are_no_region() {
        assertThat(map("ranges;").regions()).isEmpty();
    }

    @Test
    void the_bus_address_of_a_window_is_the_one_on_the_bus_above() {
        assertThat(map("ranges = <0x500 0x2000 0x100>;").regions())
                .singleElement()
                .matches(region -> region.busAddress() == 0x2000 && region.physicalAddress() == 0x40002000L);
    }

    @Test
    void interrupts_of_descendants_come_depth_first_in_tree_order_and_the_own_last() {
        DeviceMapping mapping = map("""
                interrupts = <1>, <2>;
                b { interrupts = <3>; deep { deeper { interrupts = <4>, <5>; }; }; };
                a { interrupts-extended = <&pic 6>; };
                """);

        assertThat(mapping.irqs())
                .extracting(irq -> irq.node().substring("/bus/dev".length()) + "[" + irq.sourceIndex() + "]="
                        + irq.specifier().get(0))
                .containsExactly("/b[0]=3", "/b/deep/deeper[0]=4", "/b/deep/deeper[1]=5", "/a[0]=6", "[0]=1", "[1]=2");
        assertThat(mapping.irqs()).extracting(IrqMapping::index).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void an_interrupt_that_does_not_resolve_ends_the_list_of_its_node_only() {
        DeviceMapping mapping = map("interrupts = <1>; child { interrupts-extended = <&pic 2>, <0>, <&pic 3>; };");

        assertThat(mapping.irqs()).extracting(irq -> irq.specifier().get(0)).containsExactly(2, 1);
        assertThat(mapping.unexposed())
                .singleElement()
                .satisfies(u -> assertThat(u.node()).isEqualTo("/bus/dev/child"))
                .satisfies(u -> assertThat(u.sourceIndex()).isEqualTo(1));
    }
}
