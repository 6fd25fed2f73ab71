// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.dts.RandomTrees;

/** What is a difference, and how it reads. */
class TreeDiffTest {
    private static List<String> diff(String before, String after) {
        return texts(DtsReader.read(before), DtsReader.read(after));
    }

    private static List<String> texts(DeviceTree before, DeviceTree after) {
        return TreeDiff.between(before, after).stream().map(Difference::text).toList();
    }

    @Test
    void aTreeDoesNotDifferFromItself() {
        String source = "/memreserve/ 1 2; / { a = <1>; one { b = \"x\"; p: two { }; }; three { c-supply = <&p>; }; };";
        assertThat(diff(source, source)).isEmpty();
    }

    @Test
    void nodesAndPropertiesComeAndGo() {
        assertThat(diff(
                        "/ { a = <1>; gone; same; one { x; y { }; }; two { }; };",
                        "/ { same; a = <2>; new = \"x\"; two { }; four { b; c { }; d { }; }; };"))
                .containsExactly(
                        "~ /: a = <0x1> -> <0x2>",
                        "- /: gone",
                        "+ /: new = \"x\"",
                        "- /one (1 property, 1 node)",
                        "+ /four (1 property, 2 nodes)");
    }

    @Test
    void aDifferenceCarriesTheNodesAndPropertiesOfItsSide() {
        DeviceTree before = DtsReader.read("/ { n { a = <1>; }; };");
        DeviceTree after = DtsReader.read("/ { n { a = <2>; }; };");
        assertThat(TreeDiff.between(before, after))
                .containsExactly(new Difference.PropertyChanged(
                        before.root().children().get(0),
                        before.root().children().get(0).properties().get(0),
                        after.root().children().get(0),
                        after.root().children().get(0).properties().get(0)));
        assertThat(TreeDiff.between(before, after).get(0).path()).isEqualTo("/n");
    }

    @Test
    void valuesAreShownAsWhatTheyReadAs() {
        assertThat(diff(
                        "/ { a = <1>; b = \"x\"; c; d = [01]; e = <1>; };",
                        "/ { a = <1 2>; b = \"x\", \"y\"; c = <1>; d = [02]; e; };"))
                .containsExactly(
                        "~ /: a = <0x1> -> <0x1 0x2>",
                        "~ /: b = \"x\" -> \"x\", \"y\"",
                        "~ /: c = (empty) -> <0x1>",
                        "~ /: d = [01] -> [02]",
                        "~ /: e = <0x1> -> (empty)");
    }

    private static final String USERS = """
            u {
                interrupt-parent = <&pic>; clocks = <&clk 1>, <&clk 7>; interrupts-extended = <&pic 1 2>;
                reset-gpios = <&pic 5>; vdd-supply = <&clk>; iommu-map = <0 &pic 0 9>; acme,syscon = <&clk 0x10>;
            };
            nexus { #interrupt-cells = <1>; interrupt-map = <1 &pic 3 4>; };
            """;

    private static String renumbered(int pic, int clk) {
        return "/ { pic: pic { #interrupt-cells = <2>; #gpio-cells = <1>; phandle = <" + pic + ">; };"
                + " clk: clk { #clock-cells = <1>; phandle = <" + clk + ">; };" + USERS + "};";
    }

    @Test
    void otherPhandleNumbersAreNoDifference() {
        assertThat(diff(renumbered(1, 2), renumbered(2, 1))).isEmpty();
        assertThat(diff(renumbered(1, 2), renumbered(70, 71))).isEmpty();
        assertThat(diff("/ { a { phandle = <1>; linux,phandle = <1>; }; };", "/ { a { ibm,phandle = <9>; }; };"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Another target, with the same number and with another one.
                "interrupt-parent = <1>      | interrupt-parent = <2>",
                "interrupt-parent = <5>      | interrupt-parent = <1>",
                // The same target, another specifier.
                "clocks = <2 1>              | clocks = <2 3>",
                "interrupts-extended = <1 1 2> | interrupts-extended = <1 2 2>",
                "interrupt-map = <1 1 3 4>   | interrupt-map = <1 1 3 5>",
                // Numbers that are no references stay numbers, though they are phandles.
                "reg = <1>                   | reg = <2>",
                "clock-frequency = <1>       | clock-frequency = <2>",
                // In a property of no known binding, numbers that are phandles of different nodes.
                "acme,syscon = <1>           | acme,syscon = <2>",
                "acme,syscon = <77>          | acme,syscon = <78>",
            })
    void anotherTargetOrNumberIsADifference(String before, String after) {
        String nodes = "; a { phandle = <1>; #interrupt-cells = <2>; #clock-cells = <1>; };"
                + " b { phandle = <2>; #interrupt-cells = <2>; #clock-cells = <1>; }; };";
        assertThat(diff(
                        "/ { #interrupt-cells = <1>; " + before + nodes,
                        "/ { #interrupt-cells = <1>; " + after + nodes))
                .hasSize(1);
    }

    @Test
    void theSameNumberForAnotherNodeIsADifferenceAndReadsByPath() {
        assertThat(diff(
                        "/ { a { phandle = <1>; }; b { phandle = <2>; }; u { vdd-supply = <1>; }; };",
                        "/ { a { phandle = <2>; }; b { phandle = <1>; }; u { vdd-supply = <1>; }; };"))
                .containsExactly("~ /u: vdd-supply = <&{/a}> -> <&{/b}>");
    }

    @Test
    void aReferenceThatLostItsTargetIsADifference() {
        assertThat(diff(
                        "/ { a { phandle = <1>; }; u { vdd-supply = <1>; }; };",
                        "/ { a { }; u { vdd-supply = <1>; }; };"))
                .containsExactly("~ /u: vdd-supply = <&{/a}> -> <0x1>");
    }

    @Test
    void moreCellsOfATargetAreADifferenceOfTheTargetOnly() {
        String users = " u { clocks = <1 1>; }; };";
        assertThat(diff(
                        "/ { a { phandle = <1>; #clock-cells = <0>; };" + users,
                        "/ { a { phandle = <1>; #clock-cells = <1>; };" + users))
                .containsExactly("~ /a: #clock-cells = <0x0> -> <0x1>");
    }

    @Test
    void oneChangedByteIsOneDifference() {
        for (long seed = 0; seed < 200; seed++) {
            DeviceTree tree = RandomTrees.nextPlain(seed);
            assertThat(TreeDiff.between(tree, tree)).as("seed %d", seed).isEmpty();
            List<Property> candidates = tree.nodes().stream()
                    .flatMap(node -> node.properties().stream())
                    .filter(p -> p.length() > 0
                            && !p.name().endsWith("phandle")
                            && !p.name().endsWith("-cells"))
                    .toList();
            if (!candidates.isEmpty()) {
                Property changed = candidates.get((int) (seed * 31 % candidates.size()));
                assertThat(TreeDiff.between(tree, withChange(tree, changed)))
                        .as("seed %d, %s", seed, changed)
                        .singleElement()
                        .isInstanceOfSatisfying(
                                Difference.PropertyChanged.class,
                                difference -> assertThat(difference.before()).isSameAs(changed));
            }
        }
    }

    private static DeviceTree withChange(DeviceTree tree, Property changed) {
        DeviceTreeBuilder builder = DeviceTree.builder();
        tree.memoryReservations().forEach(r -> builder.reserveMemory(r.address(), r.size()));
        copy(builder, tree.root(), changed);
        return builder.build();
    }

    private static void copy(DeviceTreeBuilder builder, Node node, Property changed) {
        builder.beginNode(node.name());
        for (Property property : node.properties()) {
            byte[] value = property.bytes();
            if (property == changed) {
                value[value.length - 1] ^= 1;
            }
            builder.property(property.name(), value);
        }
        node.children().forEach(child -> copy(builder, child, changed));
        builder.endNode();
    }

    @Test
    void theNameThatLinuxAddsIsNoDifference() {
        assertThat(diff("/ { a@1 { }; };", "/ { name = \"\"; a@1 { name = \"a\"; }; };"))
                .isEmpty();
        assertThat(diff("/ { a@1 { }; };", "/ { a@1 { name = \"b\"; }; };")).containsExactly("+ /a@1: name = \"b\"");
    }

    @Test
    void theOrderOfNodesIsComparedAndThatOfPropertiesIsNot() {
        assertThat(diff("/ { a; b; x { }; gone { }; y { }; };", "/ { b; a; y { }; x { }; new { }; };"))
                .containsExactly(
                        "- /gone (0 properties, 0 nodes)", "+ /new (0 properties, 0 nodes)", "~ /: nodes x, y -> y, x");
    }

    @Test
    void theHeaderIsCompared() {
        DeviceTree before = DtsReader.read("/memreserve/ 0x1000 0x10; / { };");
        DeviceTree after =
                DeviceTree.builder().bootCpuId(2).beginNode("").endNode().build();
        assertThat(texts(before, after))
                .containsExactly("~ boot CPU: 0 -> 2", "~ memory reservations: [<0x1000 0x10>] -> []");
    }

    @Test
    void nodesAndPropertiesOfOneNameAreComparedInOrder() {
        DeviceTree twins = twins(1, 2);
        assertThat(texts(twins, twins)).isEmpty();
        assertThat(texts(twins, twins(1, 3))).containsExactly("~ /: p = <0x2> -> <0x3>", "~ /n: q = <0x2> -> <0x3>");
    }

    private static DeviceTree twins(int first, int second) {
        return DeviceTree.builder()
                .beginNode("")
                .cells("p", first)
                .cells("p", second)
                .beginNode("n")
                .cells("q", first)
                .endNode()
                .beginNode("n")
                .cells("q", second)
                .endNode()
                .endNode()
                .build();
    }
}
