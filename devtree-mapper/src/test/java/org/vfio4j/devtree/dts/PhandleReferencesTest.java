// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;

/** Where the phandles stand, by the bindings that Linux follows (drivers/of/property.c) and dtc checks (checks.c). */
class PhandleReferencesTest {
    private static final String PROVIDERS = """
            zero: zero { phandle = <10>; #clock-cells = <0>; #interrupt-cells = <1>; #gpio-cells = <2>; };
            two: two { phandle = <11>; #clock-cells = <2>; #interrupt-cells = <3>; #address-cells = <1>; };
            none: none { phandle = <12>; };
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // A phandle and the cells that its target says.
                "clocks = <10 11 10 10 10>              | 0:0=/zero 1:1=/two 4:4=/zero",
                "assigned-clock-parents = <10>          | 0:0=/zero",
                "interrupts-extended = <10 11 11 1 2 3> | 0:0=/zero 2:2=/two",
                "reset-gpios = <10 11 11>               | 0:0=/zero",
                "gpios = <10 0 0 10 1 1>                | 0:0=/zero 3:3=/zero",
                "gpio-ranges = <12 11 11 11 10 1 2 3>   | 0:0=/none 4:4=/zero",
                // An empty entry keeps the index of those after it.
                "clocks = <0 10>                        | 1:1=/zero",
                // Where the binding is not followed, nothing more is known.
                "clocks = <10 99 10>                    | 0:0=/zero",
                "clocks = <10 12 10>                    | 0:0=/zero",
                "clocks = <11 1>                        | ``",
                "clocks = [00 00 00 0a 00]              | ``",
                // The cells property may be absent.
                "msi-parent = <12 12>                   | 0:0=/none 1:1=/none",
                // Phandles alone.
                "interrupt-parent = <11>                | 0:0=/two",
                "vdd-supply = <11>                      | 0:0=/two",
                "pinctrl-0 = <10 11>                    | 0:0=/zero 1:1=/two",
                "memory-region = <10 11>                | 0:0=/zero 1:1=/two",
                "remote-endpoint = <12>                 | 0:0=/none",
                // Maps: of ids by four, and of a nexus by what both sides say.
                "iommu-map = <10 11 10 10 10 12 1 1>    | 0:1=/two 4:5=/none",
                "#interrupt-cells = <1>; #address-cells = <2>; interrupt-map = <10 10 10 10 1 0 0 2 11 7 1 2 3> | "
                        + "0:3=/zero 5:8=/two",
                "#interrupt-cells = <1>; interrupt-map = <10 10 1 11 11> | 0:1=/zero",
                "#gpio-cells = <1>; gpio-map = <10 10 1 2> | 0:1=/zero",
                "interrupt-map = <10 10 10>             | ``",
                // Numbers.
                "reg = <10 11>                          | ``",
                "nr-gpios = <10>                        | ``",
                "acme,nr-gpios = <10>                   | ``",
                "gpio-hog; gpios = <10 0 0>             | ``",
                "pinctrl-names = <10>                   | ``",
                "acme,vendor = <10>                     | ``",
            })
    void aReferenceIsInThisRowAndCell(String properties, String expected) {
        DeviceTree tree = DtsReader.read("/ { u { " + properties + "; }; " + PROVIDERS + " };");
        Node user = tree.find("/u").orElseThrow();
        int last = user.properties().size() - 1;
        StringBuilder found = new StringBuilder();
        for (PhandleReference reference :
                PhandleReferences.in(user, user.properties().get(last))) {
            found.append(' ').append(reference.row()).append(':').append(reference.cell());
            found.append('=').append(reference.target().path());
        }
        assertThat(found.toString().strip()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clocks = <10 11 10 10 10>              | 1 4 5",
                "gpios = <10 0 0 0 10 1 2>              | 3 7",
                "iommu-map = <10 11 10 10 10 12 1 1>    | 4 8",
                "#interrupt-cells = <1>; interrupt-map = <1 10 5 2 11 7 8 9 6> | 3 9",
                "#gpio-cells = <1>; gpio-map = <1 10 5 6 2 10 7 8> | 4 8",
            })
    void anEntryEndsBehindItsLastCell(String properties, String expected) {
        DeviceTree tree = DtsReader.read("/ { u { " + properties + "; }; " + PROVIDERS + " };");
        Node user = tree.find("/u").orElseThrow();
        int last = user.properties().size() - 1;

        assertThat(PhandleReferences.in(user, user.properties().get(last)))
                .extracting(reference -> Integer.toString(reference.end()))
                .containsExactly(expected.split(" "));
    }
}
