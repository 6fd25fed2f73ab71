// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.interrupt.InterruptFailure.Reason;

/**
 * {@code interrupts} and the search for the interrupt parent: Linux, {@code of_irq_parse_one} and {@code
 * of_irq_find_parent} in drivers/of/irq.c. The edge cases were seen on Linux 6.12, in the interrupts of vfio-platform.
 */
class InterruptsTest {
    private static final String CONTROLLERS = """
            gic: gic { interrupt-controller; #interrupt-cells = <3>; };
            one: one { interrupt-controller; #interrupt-cells = <1>; };
            two: two { interrupt-controller; #interrupt-cells = <2>; };
            """;

    private static DeviceTree with(String nodes) {
        return DtsReader.read("/ { interrupt-parent = <&gic>; " + CONTROLLERS + nodes + " };");
    }

    @Test
    void anInterruptHasNameParentAndSpecifier() {
        DeviceTree tree = with("dev { interrupts = <0 68 4>, <0 69 1>; interrupt-names = \"tx\"; };");

        List<Interrupt> irqs = Resolved.of(tree, "/dev").resolved();

        var gic = tree.find("/gic").orElseThrow();
        assertThat(irqs)
                .containsExactly(
                        new Interrupt(
                                0,
                                Optional.of("tx"),
                                "interrupts",
                                gic,
                                List.of(0, 68, 4),
                                gic,
                                List.of(0, 68, 4),
                                InterruptTrigger.UNKNOWN),
                        new Interrupt(
                                1,
                                Optional.empty(),
                                "interrupts",
                                gic,
                                List.of(0, 69, 1),
                                gic,
                                List.of(0, 69, 1),
                                InterruptTrigger.UNKNOWN));
    }

    @Test
    void aNodeWithoutInterruptsHasNone() {
        assertThat(Resolved.of(with("dev {};"), "/dev")).isEqualTo(new InterruptList(List.of(), Optional.empty()));
        assertThat(Resolved.end(with("dev { interrupts; };"), "/dev")).isEqualTo("end");
    }

    @Test
    void theParentIsThatOfTheNearestNodeThatNamesOne() {
        DeviceTree tree = with("""
                bus { interrupt-parent = <&two>;
                    sub { dev { interrupts = <7 4>; }; own { interrupt-parent = <&one>; interrupts = <7>; }; };
                };
                dev { interrupts = <0 1 4>; };
                """);

        assertThat(Resolved.irqs(tree, "/bus/sub/dev")).containsExactly("/two 7 4");
        assertThat(Resolved.irqs(tree, "/bus/sub/own")).containsExactly("/one 7");
        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/gic 0 1 4");
    }

    @Test
    void withoutInterruptParentTheTreeIsFollowed() {
        DeviceTree tree = DtsReader.read(
                "/ { bus { interrupt-controller; #interrupt-cells = <1>; sub { dev { interrupts = <3>; }; }; }; };");

        assertThat(Resolved.irqs(tree, "/bus/sub/dev")).containsExactly("/bus 3");
    }

    @Test
    void aParentWithoutInterruptCellsIsPassed() {
        // From where interrupt-parent leads, the search goes on.
        DeviceTree tree = with("""
                chain: chain { interrupt-parent = <&two>; };
                group { interrupt-parent = <&one>; inner: inner {}; };
                dev { interrupt-parent = <&chain>; interrupts = <141 4>; };
                dev2 { interrupt-parent = <&inner>; interrupts = <142>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/two 141 4");
        assertThat(Resolved.irqs(tree, "/dev2")).containsExactly("/one 142");
    }

    @Test
    void theNodesOwnInterruptCellsAreForItsChildren() {
        DeviceTree tree = with("dev { interrupt-controller; #interrupt-cells = <1>; interrupts = <0 142 4>; };");

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/gic 0 142 4");
    }

    @Test
    void aSpecifierThatIsCutOffEndsTheList() {
        DeviceTree tree = with("dev { interrupts = <0 1 4 0 2>; }; short { interrupts = <0>; };");

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/gic 0 1 4");
        assertThat(Resolved.end(tree, "/dev")).isEqualTo("TRUNCATED /dev");
        assertThat(Resolved.irqs(tree, "/short")).isEmpty();
    }

    @Test
    void theSameInterruptTwiceIsTwoInterrupts() {
        DeviceTree tree = with("dev { interrupts = <0 5 4>, <0 5 4>; };");

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/gic 0 5 4", "/gic 0 5 4");
    }

    @Test
    void withoutParentNothingResolves() {
        DeviceTree tree = DtsReader.read(
                "/ { dev { interrupts = <1>; }; bad { interrupt-parent = <0x999>; sub { interrupts = <1>; }; }; };");

        assertThat(Resolved.end(tree, "/dev")).isEqualTo("NO_PARENT /dev");
        assertThat(Resolved.of(tree, "/bad/sub").stoppedBy())
                .contains(new InterruptFailure(
                        0, Reason.BAD_PHANDLE, "/bad", "interrupt-parent 0x999 refers to no node"));
    }

    @Test
    void cellCountsThatMakeNoSenseResolveNothing() {
        assertThat(endWithCells("<0>")).isEqualTo("BAD_CELL_COUNT /pic");
        assertThat(endWithCells("<17>")).isEqualTo("BAD_CELL_COUNT /pic");
        assertThat(endWithCells("<0xffffffff>")).isEqualTo("BAD_CELL_COUNT /pic");
        assertThat(endWithCells("[01]")).isEqualTo("BAD_CELL_COUNT /pic");
    }

    private static String endWithCells(String cells) {
        return Resolved.end(
                DtsReader.read("/ { pic: pic { interrupt-controller; #interrupt-cells = " + cells
                        + "; }; dev { interrupt-parent = <&pic>; interrupts = <1 2 3>; }; };"),
                "/dev");
    }

    @Test
    void aUnitAddressTooLongForLinuxIsAnErrorEvenWithoutMap() {
        // WARN_ON in of_irq_parse_raw: at most 16 cells of address and specifier.
        DeviceTree tree =
                DtsReader.read("/ { #address-cells = <15>; pic: pic { interrupt-controller; #interrupt-cells = <2>; };"
                        + " dev { interrupt-parent = <&pic>; interrupts = <1 2>; }; };");

        assertThat(Resolved.end(tree, "/dev")).isEqualTo("BAD_CELL_COUNT /pic");
    }

    @Test
    void aParentWithoutControllerAndMapIsPassedWithTheSameSpecifier() {
        // Linux 6.12 reports the node that the specifier was for, not the controller that the search ends at.
        DeviceTree tree = with("""
                plain: plain { #interrupt-cells = <2>; };
                dev { interrupt-parent = <&plain>; interrupts = <7 4>; };
                """);

        assertThat(Resolved.irqs(tree, "/dev")).containsExactly("/plain 7 4");
        DeviceTree nothingAbove = DtsReader.read(
                "/ { plain: plain { #interrupt-cells = <1>; }; dev { interrupt-parent = <&plain>; interrupts = <7>; }; };");
        assertThat(Resolved.end(nothingAbove, "/dev")).isEqualTo("NO_PARENT /plain");
    }

    @Test
    void interruptParentsInACircleEnd() {
        DeviceTree tree = DtsReader.read("""
                / {
                    a: a { interrupt-parent = <&b>; };
                    b: b { interrupt-parent = <&a>; };
                    dev { interrupt-parent = <&a>; interrupts = <1>; };
                    self: self { interrupt-parent = <&self>; interrupts = <1>; };
                    x: x { #interrupt-cells = <1>; interrupt-parent = <&y>; };
                    y: y { #interrupt-cells = <1>; interrupt-parent = <&x>; };
                    dev2 { interrupt-parent = <&x>; interrupts = <1>; };
                };
                """);

        assertThat(Resolved.end(tree, "/dev")).startsWith("LOOP ");
        assertThat(Resolved.end(tree, "/self")).isEqualTo("LOOP /self");
        assertThat(Resolved.end(tree, "/dev2")).startsWith("LOOP ");
    }
}
