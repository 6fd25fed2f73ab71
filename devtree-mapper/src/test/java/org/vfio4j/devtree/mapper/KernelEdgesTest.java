// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.mapper.DeviceView.IrqView;
import org.vfio4j.devtree.mapper.DeviceView.RegionView;
import org.vfio4j.devtree.mapper.MappingIssue.Kind;
import org.vfio4j.devtree.mapper.MappingResult.Mapped;

/**
 * Nodes at the edges of the rules, and what VFIO on Linux 6.12 said of devices like them when it was asked
 * (GET_REGION_INFO and GET_IRQ_INFO of vfio-platform without IOMMU, arm64, pages of 4 KiB). The numbers of the columns
 * are those recordings.
 */
class KernelEdgesTest {
    private static final DeviceTree TREE = DtsReader.read("""
            / {
                #address-cells = <2>;
                #size-cells = <2>;
                interrupt-parent = <&gic>;

                gic: intc@8000000 {
                    compatible = "arm,gic-v3";
                    interrupt-controller;
                    #interrupt-cells = <3>;
                    #address-cells = <0>;
                };

                one: one-cell { interrupt-controller; #interrupt-cells = <1>; };
                plain: no-cells { };
                chain: chain { interrupt-parent = <&one>; };

                nexus: nexus {
                    #interrupt-cells = <1>;
                    #address-cells = <0>;
                    interrupt-map = <1 &gic 0 131 1>, <0 &gic 0 130 4>, <5 &gic 0 132 4>;
                };

                masked: masked {
                    #interrupt-cells = <1>;
                    #address-cells = <1>;
                    interrupt-map-mask = <0xf000 0x3>;
                    interrupt-map = <0xa000 1 &gic 0 133 4>, <0xa000 2 &gic 0 134 4>, <0xb000 1 &gic 0 135 4>;
                };

                soc@ffe000000 {
                    compatible = "simple-bus";
                    #address-cells = <1>;
                    #size-cells = <1>;
                    ranges = <0x0 0xf 0xfe000000 0x1000000>;

                    three@2000 { reg = <0x2000 0x1000>, <0x3800 0x800>, <0x4000 0x1000>; };
                    regdup@5000 { reg = <0x5000 0x1000>, <0x5000 0x1000>; };
                    regover@6000 { reg = <0x6000 0x2000>, <0x7000 0x1000>; };
                    regdesc@9000 { reg = <0x9000 0x1000>, <0x8000 0x1000>, <0x1000 0x1000>; };
                    part@a000 { reg = <0xa000 0x1000>, <0x2000000 0x1000>, <0xb000 0x1000>; };
                    zero@c000 { reg = <0xc000 0x0>; };
                    span@fff000 { reg = <0xfff000 0x2000>; };
                    trunc { reg = <0x60000>; };
                    trail { reg = <0x61000 0x1000 0x62000>; };
                    noreg { };
                    equal-halves@70000 { reg = <0x70000 0x1000>, <0x72000 0x1000>, <0x71000 0x800>, <0x71800 0x800>; };

                    both { interrupts = <0 109 4>, <0 110 4>, <0 111 4>; interrupts-extended = <&gic 0 108 4>; };
                    holeboth {
                        interrupts = <0 116 4>, <0 117 4>;
                        interrupts-extended = <&gic 0 114 4>, <0>, <&gic 0 115 4>;
                    };
                    hole { interrupts-extended = <&gic 0 118 4>, <0>, <&gic 0 119 4>; };
                    badph { interrupts-extended = <&gic 0 120 4>, <0x12345678>, <&gic 0 121 4>; };
                    trailcells { interrupts = <0 122 4 0 123>; };
                    badparent { interrupt-parent = <0x12345678>; interrupts = <0 124 4>; };
                    dupirq { interrupts = <0 125 4>, <0 125 4>; };
                    vianexus { interrupt-parent = <&nexus>; interrupts = <1>, <0>, <5>; };
                    vianexus2 { interrupt-parent = <&nexus>; interrupts = <0>, <7>, <1>; };
                    viamask@a123 { reg = <0xa123 0x10>; interrupt-parent = <&masked>; interrupts = <1>, <2>; };
                    viachain { interrupt-parent = <&chain>; interrupts = <141>; };
                    selfctl {
                        interrupt-controller;
                        #interrupt-cells = <1>;
                        interrupts = <0 142 4>;
                    };
                    ppi { interrupts = <1 7 0x104>; };

                    inherit-bus { ranges; inherit@80000 { reg = <0x80000 0x100>; }; };
                    sc0-bus@90000 {
                        reg = <0x90000 0x100>;
                        #address-cells = <1>;
                        #size-cells = <0>;
                        sc0@1 { reg = <1>; };
                    };
                    noranges@91000 {
                        reg = <0x91000 0x100>;
                        #address-cells = <1>;
                        #size-cells = <1>;
                        dev@0 { reg = <0 0x10>; };
                    };
                };

                bus0 { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x5000 0x1000>; dev { }; };
            };
            """);

    private static Node named(String name) {
        return TREE.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static DeviceMapping map(String name) {
        return DevtreeMapper.predict(named(name), MappingPolicy.KERNEL);
    }

    /** Size and flags as VFIO prints them: READ 1, WRITE 2, MMAP 4. */
    private static String regions(DeviceMapping mapping) {
        List<String> regions = new ArrayList<>();
        for (RegionMapping region : mapping.regions()) {
            assertThat(region.index()).isEqualTo(regions.size());
            regions.add("0x" + Long.toHexString(region.size()) + ":" + (region.isMappable(4096) ? 7 : 3));
        }
        return String.join(" ", regions);
    }

    @ParameterizedTest
    @CsvSource({
        "three@2000,    0x1000:7 0x800:3 0x1000:7",
        "regdup@5000,   0x1000:7 0x1000:7",
        "regover@6000,  0x2000:7 0x1000:7",
        "regdesc@9000,  0x1000:7 0x1000:7 0x1000:7",
        "part@a000,     0x1000:7",
        "zero@c000,     0x0:7",
        "span@fff000,   0x2000:7",
        "trunc,         ''",
        "trail,         0x1000:7",
        "noreg,         ''",
        "inherit@80000, 0x100:3",
        "sc0@1,         ''",
        "dev@0,         ''"
    })
    void regions_are_the_leading_reg_entries_that_translate(String node, String expected) {
        assertThat(regions(map(node))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "both,         108 110 111",
        "holeboth,     114 117 115",
        "hole,         118",
        "badph,        120",
        "trailcells,   122",
        "badparent,    ''",
        "dupirq,       125 125",
        "vianexus,     131 130 132",
        "vianexus2,    130",
        "viamask@a123, 133 134",
        "selfctl,      142"
    })
    void irqs_are_the_leading_interrupts_that_resolve(String node, String expected) {
        List<String> lines = map(node).irqs().stream()
                .map(irq -> Integer.toString(irq.specifier().get(1)))
                .toList();

        assertThat(String.join(" ", lines)).isEqualTo(expected);
    }

    @Test
    void a_parent_without_interrupt_cells_is_followed() {
        assertThat(map("viachain").irqs())
                .singleElement()
                .satisfies(irq -> assertThat(irq.controller()).isEqualTo("/one-cell"))
                .satisfies(irq -> assertThat(irq.specifier()).containsExactly(141));
    }

    @Test
    void what_goes_through_a_map_keeps_its_raw_cells() {
        assertThat(map("vianexus").irqs())
                .extracting(IrqMapping::rawSpecifier)
                .containsExactly(List.of(1), List.of(0), List.of(5));
        assertThat(map("vianexus").irqs()).extracting(IrqMapping::rawParent).containsOnly("/nexus");
        assertThat(map("vianexus").irqs())
                .extracting(irq -> irq.trigger().isLevel())
                .containsExactly(false, true, true);
    }

    // Bits 8 to 15 of a private interrupt's flags are a CPU mask.
    @Test
    void a_private_interrupt_with_a_cpu_mask_is_level_triggered() {
        assertThat(map("ppi").irqs())
                .singleElement()
                .matches(irq -> irq.trigger().isLevel());
    }

    // Recorded as descending: index order, and neither order of address nor a guess by size.
    @Test
    void regions_keep_the_order_of_reg() {
        assertThat(map("regdesc@9000").regions())
                .extracting(RegionMapping::physicalAddress)
                .containsExactly(0xffe009000L, 0xffe008000L, 0xffe001000L);
        assertThat(map("equal-halves@70000").regions())
                .extracting(region -> region.sourceIndex() + " " + Long.toHexString(region.physicalAddress()))
                .containsExactly("0 ffe070000", "1 ffe072000", "2 ffe071000", "3 ffe071800");
    }

    @Test
    void an_entry_that_does_not_translate_hides_the_ones_after_it() {
        assertThat(map("part@a000").unexposed())
                .extracting(u -> u.property() + "[" + u.sourceIndex() + "]")
                .containsExactly("reg[1]", "reg[2]");
        assertThat(map("part@a000").unexposed().get(0).reason()).startsWith("does not translate at /soc@ffe000000: ");
        assertThat(map("part@a000").unexposed().get(0).physicalAddress()).isEmpty();
        assertThat(map("part@a000").unexposed().get(1).reason()).contains("after reg[1]");
        assertThat(map("part@a000").unexposed().get(1).physicalAddress()).hasValue(0xffe00b000L);
    }

    @Test
    void an_interrupt_that_does_not_resolve_hides_the_ones_after_it() {
        assertThat(map("hole").unexposed())
                .singleElement()
                .satisfies(u -> assertThat(u.sourceIndex()).isEqualTo(1))
                .satisfies(u -> assertThat(u.property()).isEqualTo("interrupts-extended"))
                .satisfies(u -> assertThat(u.reason()).startsWith("does not resolve at /"));
    }

    // The one recorded difference to the tree: an interrupt whose controller has no driver (-EPROBE_DEFER).
    @Test
    void a_controller_without_a_driver_ends_the_list_of_the_device() {
        DeviceView view = new DeviceView(Optional.empty(), 4096, List.of(), List.of(new IrqView(true)));

        Mapped result = (Mapped) DevtreeMapper.verify(map("both"), view);

        assertThat(result.mapping().irqs())
                .extracting(irq -> irq.specifier().get(1))
                .containsExactly(108);
        assertThat(result.warnings()).extracting(MappingIssue::kind).containsExactly(Kind.IRQ_LIST_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"three@2000", "regdup@5000", "regdesc@9000", "zero@c000", "span@fff000", "equal-halves@70000"})
    void the_recorded_view_of_the_device_verifies(String node) {
        DeviceMapping mapping = map(node);
        List<RegionView> regions = new ArrayList<>();
        for (String region : regions(mapping).split(" ")) {
            String[] parts = region.split(":");
            regions.add(new RegionView(Long.decode(parts[0]), parts[1].equals("7")));
        }
        Optional<String> name =
                Optional.of(Long.toHexString(mapping.regions().get(0).physicalAddress()) + "."
                        + named(node).baseName());

        assertThat(DevtreeMapper.verify(mapping, new DeviceView(name, 4096, regions, List.of())))
                .isEqualTo(new Mapped(mapping, List.of()));
    }
}
