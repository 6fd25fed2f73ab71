// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.PhandleEntry.Hole;
import org.vfio4j.devtree.PhandleEntry.Malformed;
import org.vfio4j.devtree.PhandleEntry.Problem;
import org.vfio4j.devtree.PhandleEntry.Reference;
import org.vfio4j.devtree.dts.DtsReader;

/**
 * Lists of phandles: Linux, {@code of_phandle_iterator_next} in drivers/of/base.c. The shapes of the lists are those of
 * Linux's unittest (of_unittest_parse_phandle_with_args).
 */
class PhandleEntryTest {
    private static DeviceTree with(String list) {
        return DtsReader.read("/ { p0: p0 { #x-cells = <0>; }; p1: p1 { #x-cells = <1>; }; p3: p3 { #x-cells = <3>; };"
                + " none: none {}; dev { " + list + " }; };");
    }

    private static List<PhandleEntry> list(DeviceTree tree) {
        return PhandleEntry.listOf(tree.find("/dev").orElseThrow(), "xs", "#x-cells");
    }

    @Test
    void everyNodeSaysHowManyCellsItTakes() {
        DeviceTree tree = with("xs = <&p1 1>, <&p0>, <0>, <&p3 2 3 4>;");

        assertThat(list(tree))
                .containsExactly(
                        new Reference(tree.find("/p1").orElseThrow(), List.of(1)),
                        new Reference(tree.find("/p0").orElseThrow(), List.of()),
                        new Hole(),
                        new Reference(tree.find("/p3").orElseThrow(), List.of(2, 3, 4)));
    }

    @Test
    void aBadEntryIsTheLast() {
        assertThat(problem("xs = <&p1 1>, <0x12345678 1>, <&p1 2>;")).isEqualTo(Problem.BAD_PHANDLE);
        assertThat(problem("xs = <&p1 1>, <&none>, <&p1 2>;")).isEqualTo(Problem.NO_CELL_COUNT);
        assertThat(problem("xs = <&p1 1>, <&p3 1 2>;")).isEqualTo(Problem.TRUNCATED);
    }

    private static Problem problem(String list) {
        List<PhandleEntry> entries = list(with(list));
        assertThat(entries).hasSize(2);
        return ((Malformed) entries.get(1)).problem();
    }

    @Test
    void anAbsentOrEmptyListHasNoEntry() {
        assertThat(list(with(""))).isEmpty();
        assertThat(list(with("xs;"))).isEmpty();
        assertThat(list(with("xs = [00 00];"))).isEmpty();
    }
}
