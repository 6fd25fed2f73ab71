// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/**
 * {@code interrupts-extended}, and {@code interrupts} beside it: Linux, {@code of_irq_parse_one} in drivers/of/irq.c.
 * The mixed cases were seen on Linux 6.12, in the interrupts of vfio-platform.
 */
class InterruptsExtendedTest {
    private static DeviceTree with(String dev) {
        return DtsReader.read("""
                / {
                    interrupt-parent = <&gic>;
                    gic: gic { interrupt-controller; #interrupt-cells = <1>; };
                    two: two { interrupt-controller; #interrupt-cells = <2>; };
                    none: none { interrupt-controller; #interrupt-cells = <0>; };
                    bare: bare { interrupt-controller; };
                    dev { %s };
                };
                """.formatted(dev));
    }

    @Test
    void everyEntryNamesItsParent() {
        DeviceTree tree = with("interrupts-extended = <&gic 108>, <&two 3 4>, <&none>, <&gic 109>;");

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/gic 108", "/two 3 4", "/none ", "/gic 109");
        assertThat(Resolved.end(tree, "/dev")).isEqualTo("end");
        assertThat(Resolved.of(tree, "/dev").resolved().get(1).property()).isEqualTo("interrupts-extended");
    }

    @Test
    void anEntryThatItLacksComesFromInterrupts() {
        DeviceTree tree = with("interrupts-extended = <&gic 108>; interrupts = <109>, <110>, <111>;");

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/gic 108", "/gic 110", "/gic 111");
        assertThat(Resolved.of(tree, "/dev").resolved().get(1).property()).isEqualTo("interrupts");
    }

    @Test
    void aHoleIsFilledFromInterrupts() {
        DeviceTree tree = with("interrupts-extended = <&gic 114>, <0>, <&gic 115>; interrupts = <116>, <117>;");

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/gic 114", "/gic 117", "/gic 115");
    }

    @Test
    void aHoleThatNothingFillsEndsTheList() {
        DeviceTree tree = with("interrupts-extended = <&gic 1>, <0>, <&gic 2>;");

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/gic 1");
        assertThat(Resolved.end(tree, "/dev")).isEqualTo("HOLE /dev");
        assertThat(Resolved.of(tree, "/dev").stoppedBy().orElseThrow().index()).isEqualTo(1);
    }

    @Test
    void anEntryThatCannotBeReadEndsTheListForGood() {
        assertThat(endOf("<&gic 1>, <0x999 2>, <&gic 3>")).isEqualTo("1 BAD_PHANDLE /dev");
        assertThat(endOf("<&gic 1>, <&bare>, <&gic 3>")).isEqualTo("1 BAD_CELL_COUNT /dev");
        assertThat(endOf("<&gic 1>, <&two 3>")).isEqualTo("1 TRUNCATED /dev");
    }

    private static String endOf(String entries) {
        DeviceTree tree = with("interrupts-extended = " + entries + ";");
        return Resolved.irqs(tree, "/dev").size() + " " + Resolved.end(tree, "/dev");
    }

    @Test
    void afterABadEntryInterruptsGoOn() {
        DeviceTree tree =
                with("interrupts-extended = <&gic 1>, <0x999 2>, <&gic 3>; interrupts = <11>, <12>, <13>, <14>;");

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/gic 1", "/gic 12", "/gic 13", "/gic 14");
    }

    @Test
    void anEntryThatDoesNotResolveIsNotReplaced() {
        // Only what cannot be read falls back, not what the maps refuse.
        DeviceTree tree = DtsReader.read("""
                / {
                    interrupt-parent = <&gic>;
                    gic: gic { interrupt-controller; #interrupt-cells = <1>; };
                    nexus: nexus { #interrupt-cells = <1>; #address-cells = <0>; interrupt-map = <1 &gic 2>; };
                    dev { interrupts-extended = <&nexus 9>; interrupts = <3>; };
                };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).isEmpty();
        assertThat(Resolved.end(tree, "/dev")).isEqualTo("NO_MATCHING_MAP_ROW /nexus");
    }

    @Test
    void aSpecifierOfMoreThan16CellsIsRefused() {
        DeviceTree tree = DtsReader.read("""
                / {
                    big: big { interrupt-controller; #interrupt-cells = <17>; };
                    dev { interrupts-extended = <&big 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17>; };
                };
                """);

        assertThat(Resolved.end(tree, "/dev")).isEqualTo("BAD_CELL_COUNT /big");
    }
}
