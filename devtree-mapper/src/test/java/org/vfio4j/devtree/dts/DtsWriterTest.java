// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;

/** How a tree looks as source. */
class DtsWriterTest {
    private static String written(String source) {
        return DtsWriter.write(DtsReader.read(source));
    }

    private static String value(String name, byte[] value) {
        DeviceTree tree = DeviceTree.builder()
                .beginNode("")
                .property(name, value)
                .endNode()
                .build();
        return PropertyText.of(tree.root(), tree.root().properties().get(0));
    }

    @Test
    void aTreeIsWrittenInItsOrderWithTabs() {
        String source = """
                /dts-v1/;
                /memreserve/ 0x1000 0x200;

                / {
                	#address-cells = <0x1>;
                	compatible = "acme,board", "acme,soc";
                	mac = [02 00 ff];
                	dma-coherent;

                	b@1000 {
                		reg = <0x1000 0x100>, <0x2000 0x100>;
                	};

                	a {
                	};
                };
                """;
        assertThat(written(source)).isEqualTo(source);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '→',
            quoteCharacter = '`',
            value = {
                "status          → okay\\0                → \"okay\"",
                "p               → a\\0b\\0               → \"a\", \"b\"",
                "p               → a\\0b                  → [61 00 62]",
                "p               → \\1\\2\\3\\4           → <0x1020304>",
                "p               → \\0\\0\\0\\0           → <0x0>",
                "p               → \\0                    → [00]",
                "p               → abc\\0                 → \"abc\"",
                "reg             → abc\\0                 → <0x61626300>",
                "p               → \\0\\0a\\0             → <0x6100>",
                "gpio-line-names → \\0\\0a\\0             → \"\", \"\", \"a\"",
                "mount-matrix    → -1.5\\0\\0-0.125\\0    → \"-1.5\", \"\", \"-0.125\"",
                "p               → say \"hi\\\\\"\\n\\0   → \"say \\\"hi\\\\\\\"\\n\"",
                "p               → \\377abc\\0            → [ff 61 62 63 00]",
            })
    void aValueIsWrittenAsWhatItReadsAs(String name, String bytes, String text) {
        DeviceTree decoded = DtsReader.read("/ { p = \"" + bytes.replace("\"", "\\\"") + "\"; };");
        byte[] withNul = decoded.root().properties().get(0).bytes();
        byte[] value = Arrays.copyOf(withNul, withNul.length - 1);
        assertThat(value(name, value)).isEqualTo(text);
    }

    @Test
    void aReferenceIsWrittenByLabelOrElseByPath() {
        String source =
                "/ { pic: pic { #interrupt-cells = <2>; }; u { interrupts-extended = <&pic 1 2 &pic 3 4>; }; };";
        assertThat(DtsWriter.write(DtsReader.readWithSymbols(source)))
                .contains("\tpic: pic {")
                .contains("interrupts-extended = <&pic 0x1 0x2>, <&pic 0x3 0x4>;");
        assertThat(written(source)).contains("interrupts-extended = <&{/pic} 0x1 0x2>, <&{/pic} 0x3 0x4>;");
    }

    @Test
    void aReferenceStaysANumberWhereItsTargetCannotBeNamed() {
        DeviceTree tree =
                DtsReader.read("/ { phandle = <1>; a { ibm,phandle = <2>; }; u { x-supply = <1>, <2>, <3>; }; };");
        assertThat(DtsWriter.write(tree)).contains("x-supply = <0x1>, <0x2 0x3>;");
    }

    @Test
    void whatSourceCannotExpressIsACommentAndIsListed() {
        DeviceTree tree = DeviceTree.builder()
                .bootCpuId(3)
                .beginNode("")
                .cells("good", 1)
                .cells("bad name", 2)
                .cells("good", 3)
                .beginNode("twin")
                .endNode()
                .beginNode("twin")
                .strings("in*/side", "x")
                .beginNode("child")
                .endNode()
                .endNode()
                .beginNode("new\nline")
                .endNode()
                .beginNode("last")
                .endNode()
                .endNode()
                .build();
        String source = DtsWriter.write(tree);
        assertThat(source)
                .contains("// boot CPU: 3\n")
                .contains("\t// bad name = <0x2>;\n")
                .contains("\t// good = <0x3>;\n")
                .contains("\t// twin {\n\t\t// in*/side = \"x\";\n\n\t\t// child {\n\t\t// };\n\t// };\n")
                .contains("\t// new\\nline {\n");
        assertThat(DtsWriter.notExpressible(tree))
                .containsExactly(
                        "boot CPU 3: source has no place for it",
                        "property 'bad name' of /: the name has characters that no name has in source",
                        "property 'good' of /: the name stands there already",
                        "node /twin: the name stands there already",
                        "node /twin/child: its parent cannot be expressed",
                        "node /new\nline: the name has characters that no name has in source");
        DeviceTree readBack = DtsReader.read(source);
        assertThat(TreeDump.of(readBack)).containsExactly("/", "/ good = 00000001", "/twin", "/last");
    }

    @Test
    void theSameTreeIsWrittenTheSame() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(DtsWriter.write(RandomTrees.next(seed)))
                    .as("seed %d", seed)
                    .isEqualTo(DtsWriter.write(RandomTrees.next(seed)));
        }
    }

    @Test
    void aLargeTreeIsWrittenInPieces() throws IOException {
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        byte[] value = "text".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 10_000; i++) {
            builder.property("p" + i, value);
        }
        DeviceTree tree = builder.endNode().build();
        int[] longest = {0};
        StringBuilder all = new StringBuilder();
        DtsWriter.write(tree, new Pieces(all, longest));
        assertThat(all.toString()).isEqualTo(DtsWriter.write(tree));
        assertThat(longest[0]).isLessThan(all.length() / 10);
    }

    @Test
    void aFailureToWriteIsTheCallers() {
        Appendable broken = new Pieces(null, null);
        DeviceTree tree = DtsReader.read("/ { };");
        assertThatThrownBy(() -> DtsWriter.write(tree, broken))
                .isInstanceOf(IOException.class)
                .hasMessage("full");
    }

    /** Notes the longest piece; without a place to write to, fails. */
    private record Pieces(StringBuilder all, int[] longest) implements Appendable {
        @Override
        public Appendable append(CharSequence text) throws IOException {
            if (all == null) {
                throw new IOException("full");
            }
            longest[0] = Math.max(longest[0], text.length());
            all.append(text);
            return this;
        }

        @Override
        public Appendable append(CharSequence text, int start, int end) throws IOException {
            return append(text.subSequence(start, end));
        }

        @Override
        public Appendable append(char c) throws IOException {
            return append(CharBuffer.wrap(new char[] {c}));
        }
    }
}
