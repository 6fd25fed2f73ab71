// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/** {@code interrupt-map}: Linux, {@code of_irq_parse_raw} in drivers/of/irq.c; Devicetree Specification 2.4.3. */
class InterruptMapTest {
    private static DeviceTree with(String nodes) {
        return DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    one: one { interrupt-controller; #interrupt-cells = <1>; };
                    two: two { interrupt-controller; #interrupt-cells = <2>; };
                    three: three { interrupt-controller; #interrupt-cells = <3>; #address-cells = <0>; };
                    %s
                };
                """.formatted(nodes));
    }

    @Test
    void rowsMayLeadToParentsOfAnySize() {
        // The numbers are those of Linux's unittest (of_unittest_parse_interrupts).
        DeviceTree tree = with("""
                nexus: nexus { #interrupt-cells = <1>; #address-cells = <0>;
                    interrupt-map = <1 &one 9>, <2 &three 10 11 12>, <3 &two 13 14>, <4 &two 15 16>; };
                dev { interrupt-parent = <&nexus>; interrupts = <1>, <2>, <3>, <4>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev"))
                .containsExactly("/one 9", "/three 10 11 12", "/two 13 14", "/two 15 16");
        Interrupt second = Resolved.of(tree, "/dev").resolved().get(1);
        assertThat(second.rawParent().path()).isEqualTo("/nexus");
        assertThat(second.rawSpecifier()).containsExactly(2);
    }

    @Test
    void theUnitAddressOfTheDeviceIsPartOfTheKey() {
        // As in Linux's unittest (of_unittest_parse_interrupts_extended): the nexus inherits #address-cells.
        DeviceTree tree = with("""
                nexus: nexus { #interrupt-cells = <2>; interrupt-map = <0x5000 1 2 &two 15 0>; };
                dev { reg = <0x5000 0x100>; interrupts-extended = <&one 1>, <&nexus 1 2>; };
                other { reg = <0x6000 0x100>; interrupts-extended = <&nexus 1 2>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/one 1", "/two 15 0");
        assertThat(Resolved.of(tree, "/other").stoppedBy().orElseThrow().detail())
                .isEqualTo("interrupt-map: no row matches <0x6000 0x1 0x2>");
    }

    @Test
    void withoutAnyAddressCellsTheUnitAddressHasTwo() {
        DeviceTree tree = DtsReader.read("""
                / {
                    pic: pic { interrupt-controller; #interrupt-cells = <1>; };
                    nexus: nexus { #interrupt-cells = <1>; interrupt-map = <0x10 0 1 &pic 5>; };
                    dev { reg = <0x10>; interrupt-parent = <&nexus>; interrupts = <1>; };
                };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/pic 5");
    }

    @Test
    void aDeviceWithoutRegHasUnitAddressZero() {
        DeviceTree tree = with("""
                nexus: nexus { #interrupt-cells = <1>; #address-cells = <2>; interrupt-map = <0 0 1 &one 5>; };
                dev { interrupt-parent = <&nexus>; interrupts = <1>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/one 5");
    }

    @Test
    void onlyBitsOfTheMaskAreCompared() {
        // Devicetree Specification 2.4.3.1: IDSEL 0x12, function 3, INTB.
        DeviceTree tree = with("""
                pci: pci { device_type = "pci"; #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>;
                    interrupt-map-mask = <0xf800 0 0 7>;
                    interrupt-map = <0x8800 0 0 1 &two 2 1>, <0x8800 0 0 2 &two 3 1>,
                                    <0x9000 0 0 1 &two 3 1>, <0x9000 0 0 2 &two 4 1>;
                    dev { reg = <0x9300 0 0 0 0>; interrupts = <2>; };
                };
                """);

        assertThat(Resolved.irqs(tree, "/pci/dev")).containsExactly("/two 4 1");
    }

    @Test
    void aMaskMayTakeGroupsOfDevices() {
        // Seen on Linux 6.12.
        DeviceTree tree = with("""
                nexus: nexus { #interrupt-cells = <1>; #address-cells = <1>; interrupt-map-mask = <0xf000 0xff>;
                    interrupt-map = <0xa000 1 &one 133>, <0xa000 2 &one 134>; };
                dev { reg = <0xa123 4>; interrupt-parent = <&nexus>; interrupts = <1>, <2>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/one 133", "/one 134");
    }

    @Test
    void aMissingRowEndsTheList() {
        // Seen on Linux 6.12.
        DeviceTree tree = with("""
                nexus: nexus { #interrupt-cells = <1>; #address-cells = <0>;
                    interrupt-map = <0 &two 130 4>, <1 &two 131 1>, <5 &two 132 4>; };
                dev { interrupt-parent = <&nexus>; interrupts = <1>, <0>, <5>; };
                gap { interrupt-parent = <&nexus>; interrupts = <1>, <3>, <5>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/two 131 1", "/two 130 4", "/two 132 4");
        assertThat(Resolved.irqs(tree, "/gap")).containsExactly("/two 131 1");
        assertThat(Resolved.end(tree, "/gap")).isEqualTo("NO_MATCHING_MAP_ROW /nexus");
    }

    @Test
    void theUnitAddressForTheParentIsSkippedAndGoesOnToItsMap() {
        DeviceTree tree = with("""
                inner: inner { #interrupt-cells = <1>; #address-cells = <0>; interrupt-map = <1 &outer 0x77 2 3>; };
                outer: outer { #interrupt-cells = <2>; #address-cells = <1>;
                    interrupt-map = <0x66 2 3 &one 1>, <0x77 2 3 &one 42>; };
                dev { interrupt-parent = <&inner>; interrupts = <1>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/one 42");
    }

    @Test
    void theFirstRowThatMatchesAndHasAnAvailableParentWins() {
        DeviceTree tree = with("""
                off: off { interrupt-controller; #interrupt-cells = <1>; status = "disabled"; };
                nexus: nexus { #interrupt-cells = <1>; #address-cells = <0>;
                    interrupt-map = <1 &off 1>, <1 &one 2>, <1 &one 3>; };
                dev { interrupt-parent = <&nexus>; interrupts = <1>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/one 2");
    }

    @Test
    void aMapTakesPrecedenceOverBeingAController() {
        DeviceTree tree = with("""
                nexus: nexus { interrupt-controller; #interrupt-cells = <1>; #address-cells = <0>;
                    interrupt-map = <1 &one 9>; };
                dev { interrupt-parent = <&nexus>; interrupts = <1>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/one 9");
    }

    @Test
    void someControllersKeepTheirMapForTheirDriver() {
        // Linux, of_irq_imap_abusers.
        DeviceTree tree = with("""
                extirq: extirq { compatible = "fsl,ls1088a-extirq"; interrupt-controller; #interrupt-cells = <2>;
                    #address-cells = <0>; interrupt-map = <0 0 &three 0 1 4>; };
                dev { interrupt-parent = <&extirq>; interrupts = <5 8>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/extirq 5 8");
    }

    @Test
    void aRowThatLeadsToItsOwnNexusEndsThere() {
        DeviceTree tree = with("""
                self: self { interrupt-controller; #interrupt-cells = <1>; #address-cells = <0>;
                    interrupt-map = <1 &self 7>, <2 &one 8>; };
                dev { interrupt-parent = <&self>; interrupts = <1>, <2>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/self 7", "/one 8");
    }

    @Test
    void aRowThatCannotBeReadEndsTheSearch() {
        assertThat(endOf("<1 &one 1>, <2 0x999 1>, <3 &one 3>")).isEqualTo("1 BAD_MAP /nexus");
        assertThat(endOf("<1 &one 1>, <2 &plain 1>, <3 &one 3>")).isEqualTo("1 BAD_MAP /nexus");
        assertThat(endOf("<1 &one 1>, <2 &three 1 2>")).isEqualTo("1 BAD_MAP /nexus");
        // The last row has nothing after its phandle.
        assertThat(endOf("<1 &one 1>, <3 &one>")).isEqualTo("1 NO_MATCHING_MAP_ROW /nexus");
        assertThat(endOf("<1 &one 1>, <2 &huge 1 2>")).isEqualTo("1 BAD_MAP /nexus");
    }

    private static String endOf(String map) {
        DeviceTree tree = with("plain: plain {}; huge: huge { #interrupt-cells = <0xffffffff>; };"
                + " nexus: nexus { #interrupt-cells = <1>; #address-cells = <0>; interrupt-map = " + map + "; };"
                + " dev { interrupt-parent = <&nexus>; interrupts = <1>, <3>; };");
        return Resolved.irqs(tree, "/dev").size() + " " + Resolved.end(tree, "/dev");
    }

    @Test
    void anEmptyMapHasNoRow() {
        DeviceTree tree = with("nexus: nexus { #interrupt-cells = <1>; interrupt-map; };"
                + " dev { interrupt-parent = <&nexus>; interrupts = <1>; };");

        assertThat(Resolved.end(tree, "/dev")).isEqualTo("NO_MATCHING_MAP_ROW /nexus");
    }

    @Test
    void mapsInACircleEnd() {
        DeviceTree tree = with("""
                a: a { #interrupt-cells = <1>; #address-cells = <0>; interrupt-map = <1 &b 1>; };
                b: b { #interrupt-cells = <1>; #address-cells = <0>; interrupt-map = <1 &a 1>; };
                dev { interrupt-parent = <&a>; interrupts = <1>; };
                """);

        assertThat(Resolved.end(tree, "/dev")).startsWith("LOOP ");
    }

    @Test
    void linuxDoesNotKnowPassThru() {
        // Zephyr's edtlib gives <3 2> here (interrupt-map-pass-thru); Linux takes the row as it stands.
        DeviceTree tree = with("""
                nexus: nexus { #interrupt-cells = <2>; #address-cells = <2>;
                    interrupt-map = <6 6 6 6 &two 2 1>;
                    interrupt-map-mask = <0xe 0x7 0xe 0x7>; interrupt-map-pass-thru = <1 2 3 3>; };
                dev { reg = <7 0xe 0>; interrupt-parent = <&nexus>; interrupts = <7 0xe>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/two 2 1");
    }

    @Test
    void rowsForDevicesAtUnitAddresses() {
        // The values of Zephyr's edtlib test tree (interrupt-map-test).
        DeviceTree tree = with("""
                nexus: nexus { #interrupt-cells = <2>; #address-cells = <2>;
                    interrupt-map = <0 0 0 0 &one 0>, <0 0 0 1 &two 0 1>, <0 0 0 2 &three 0 0 2>,
                                    <0 1 0 0 &one 3>, <0 1 0 1 &two 0 4>, <0 1 0 2 &three 0 0 5>; };
                node@0 { reg = <0 0>; interrupt-parent = <&nexus>; interrupts = <0 0 0 1 0 2>; };
                node@1 { reg = <0 1>; interrupt-parent = <&nexus>; interrupts-extended = <&nexus 0 0>, <&nexus 0 1>,
                                                                                         <&nexus 0 2>; };
                """);

        assertThat(Resolved.irqs(tree, "/node@0")).containsExactly("/one 0", "/two 0 1", "/three 0 0 2");
        assertThat(Resolved.irqs(tree, "/node@1")).containsExactly("/one 3", "/two 0 4", "/three 0 0 5");
    }
}
