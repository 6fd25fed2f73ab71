// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.MemoryReservation;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** The rules of chapter 6 of the Devicetree Specification 0.4, and what dtc adds to them. */
class DtsReaderTest {
    private static Property value(String value) {
        return DtsReader.read("/dts-v1/; / { p = " + value + "; };")
                .root()
                .property("p")
                .orElseThrow();
    }

    private static String hex(String value) {
        StringBuilder hex = new StringBuilder();
        for (byte b : value(value).bytes()) {
            hex.append(String.format("%02x", b));
        }
        return hex.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '→',
            quoteCharacter = '`',
            value = {
                "<1 0x2 010>           → 000000010000000200000008",
                "< >                   → ``",
                "<0xFFFFFFFFUL>        → ffffffff",
                "<'a' '\\n' '\\\\' '\\''> → 000000610000000a0000005c00000027",
                "<(1 + 2 * 3)>         → 00000007",
                "<((1 + 2) * 3)>       → 00000009",
                "<(-1)>                → ffffffff",
                "<(~0xff)>             → ffffff00",
                "<(!0) (!5)>           → 0000000100000000",
                "<(1 << 4 | 3)>        → 00000013",
                "<(6 & 3 ^ 1)>         → 00000003",
                "<(7 % 4) (7 / 2)>     → 0000000300000003",
                "<(1 << 64)>           → 00000000",
                "<(2 > 1 && 1 >= 1)>   → 00000001",
                "<(1 == 2 || 1 != 1)>  → 00000000",
                "<(1 < 2 ? 5 : 6)>     → 00000005",
                "<(0 ? 5 : 0 ? 6 : 7)> → 00000007",
                "<(10 - 3 - 2)>        → 00000005",
                "<(-1 > 1)>            → 00000001",
                "/bits/ 8 <1 255 (-1)> → 01ffff",
                "/bits/ 16 <0x1234>    → 1234",
                "/bits/ 64 <1>         → 0000000000000001",
                "[00 11aa FF]          → 0011aaff",
                "[]                    → ``",
                "\"ab\"                → 616200",
                "\"\"                  → 00",
                "\"\\n\\x1f\\101\\\"\\0z\"  → 0a1f4122007a00",
                "\"a\", <1>, [02], \"\" → 6100000000010200",
                "l1: <l2: 1 l3:> l4:   → 00000001",
            })
    void aValueIsTheseBytes(String source, String bytes) {
        assertThat(hex(source)).isEqualTo(bytes);
    }

    @Test
    void commentsAndLineMarkersAreSpace() {
        DeviceTree tree = DtsReader.read("""
                # 1 "board.dts"
                /dts-v1/; // one
                / { /* two
                     lines */ #address-cells = <1>;
                #line 7 "x"
                a; };
                """);
        assertThat(tree.root().properties()).extracting(Property::name).containsExactly("#address-cells", "a");
    }

    @Test
    void memoryReservationsComeFirst() {
        DeviceTree tree = DtsReader.read("/dts-v1/; /memreserve/ 0x1000 (0x10 << 4); l: /memreserve/ 1 2; / { };");
        assertThat(tree.memoryReservations())
                .containsExactly(new MemoryReservation(0x1000, 0x100), new MemoryReservation(1, 2));
    }

    @Test
    void namesMayHoldAnyCharacterOfTheSpecification() {
        DeviceTree tree = DtsReader.read("/ { 0a,b._+*#?@-Z; \\delete; cpus { cpu@0 { }; }; };");
        assertThat(tree.root().properties()).extracting(Property::name).containsExactly("0a,b._+*#?@-Z", "delete");
        assertThat(tree.find("/cpus/cpu@0")).isPresent();
    }

    @Test
    void aLaterDefinitionOverridesInPlaceAndAddsAtTheEnd() {
        DeviceTree tree = DtsReader.read("""
                / { a = <1>; b = <2>; one { x; }; two { }; };
                / { c; a = <3>; one { y; }; };
                """);
        assertThat(tree.root().properties()).extracting(Property::name).containsExactly("a", "b", "c");
        assertThat(tree.root().property("a").orElseThrow().u32()).isEqualTo(3);
        assertThat(tree.root().children()).extracting(Node::name).containsExactly("one", "two");
        assertThat(tree.find("/one").orElseThrow().properties())
                .extracting(Property::name)
                .containsExactly("x", "y");
    }

    @Test
    void aReferenceExtendsTheNodeOfALabelOrAPath() {
        DeviceTree tree = DtsReader.read("""
                / { soc { uart: serial@0 { status = "disabled"; }; }; };
                &uart { status = "okay"; };
                second: &{/soc} { a; };
                &{uart} { b; };
                &second { c; };
                """);
        Node uart = tree.find("/soc/serial@0").orElseThrow();
        assertThat(uart.property("status").orElseThrow().string()).isEqualTo("okay");
        assertThat(uart.hasProperty("b")).isTrue();
        assertThat(tree.find("/soc").orElseThrow().properties())
                .extracting(Property::name)
                .containsExactly("a", "c");
    }

    @Test
    void whatIsDeletedIsGone() {
        DeviceTree tree = DtsReader.read("""
                / { a; b; l: one { }; m: two { }; three { }; };
                / { /delete-property/ a; /delete-property/ never; /delete-node/ one; /delete-node/ never; };
                /delete-node/ &m;
                """);
        assertThat(tree.root().properties()).extracting(Property::name).containsExactly("b");
        assertThat(tree.root().children()).extracting(Node::name).containsExactly("three");
    }

    // livetree.c of dtc, merge_nodes: what is deleted and defined again takes its old place, without its old content.
    @Test
    void whatIsDeletedAndDefinedAgainTakesItsOldPlace() {
        DeviceTree tree = DtsReader.read("""
                / { a; b; one { x; }; two { }; };
                / { /delete-property/ a; /delete-node/ one; };
                / { a = <7>; one { y; }; };
                """);
        assertThat(tree.root().properties()).extracting(Property::name).containsExactly("a", "b");
        assertThat(tree.root().children()).extracting(Node::name).containsExactly("one", "two");
        assertThat(tree.find("/one").orElseThrow().properties())
                .extracting(Property::name)
                .containsExactly("y");
    }

    @Test
    void aReferencedNodeGetsTheLowestFreePhandleAsItsLastProperty() {
        DeviceTree tree = DtsReader.read("""
                / {
                    user { intc = <&b 5 &a>; self: self { me = <&self>; }; };
                    a: a { phandle = <1>; x; };
                    b: b { x; child { }; };
                    c { };
                };
                """);
        assertThat(tree.find("/user")
                        .orElseThrow()
                        .property("intc")
                        .orElseThrow()
                        .cells())
                .containsExactly(2, 5, 1);
        assertThat(tree.find("/b").orElseThrow().properties())
                .extracting(Property::name)
                .containsExactly("x", "phandle");
        assertThat(tree.find("/user/self").orElseThrow().phandle()).hasValue(3);
        assertThat(tree.find("/c").orElseThrow().phandle()).isEmpty();
        assertThat(tree.byPhandle(2)).contains(tree.find("/b").orElseThrow());
    }

    // checks.c of dtc, check_phandle_prop: a phandle that refers to its own node asks for a number.
    @Test
    void aPhandleOfItselfIsANewNumber() {
        DeviceTree tree = DtsReader.read("/ { phandle = <&{/}>; l: a { phandle = <&l>; after; }; };");
        Node a = tree.find("/a").orElseThrow();
        assertThat(a.properties()).extracting(Property::name).containsExactly("phandle", "after");
        assertThat(a.phandle()).hasValue(2);
    }

    @Test
    void aReferenceOutsideOfCellsIsThePath() {
        DeviceTree tree = DtsReader.read(
                "/ { aliases { s0 = &uart; s1 = \"x\", &{/soc}, <&uart>; }; soc { uart: serial@0 { }; }; };");
        assertThat(tree.aliases()).containsEntry("s0", "/soc/serial@0");
        assertThat(tree.find("/aliases")
                        .orElseThrow()
                        .property("s1")
                        .orElseThrow()
                        .bytes())
                .isEqualTo("x\0/soc\0\0\0\0\1".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aNodeMayBeOmittedIfNothingRefersToIt() {
        DeviceTree tree = DtsReader.read(
                "/ { a = <&u>; /omit-if-no-ref/ u: used { }; /omit-if-no-ref/ n: unused { }; k: kept { }; };");
        assertThat(tree.root().children()).extracting(Node::name).containsExactly("used", "kept");
    }

    @Test
    void symbolsAreThereWhenAskedFor() {
        String source = "/ { soc { uart: u2: serial@0 { }; }; };";
        assertThat(DtsReader.read(source).labels()).isEmpty();
        DeviceTree tree = DtsReader.readWithSymbols(source);
        assertThat(tree.labels()).containsOnlyKeys("uart", "u2");
        assertThat(tree.byLabel("u2").orElseThrow().path()).isEqualTo("/soc/serial@0");
        assertThat(tree.byLabel("uart").orElseThrow().phandle()).hasValue(1);
    }

    @Test
    void aFileIsUtf8(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("a.dts"), "/ { model = \"Ü\"; };");
        assertThat(DtsReader.read(file).root().property("model").orElseThrow().string())
                .isEqualTo("Ü");
    }
}
