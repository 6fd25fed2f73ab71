// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeException;

/** Source that is refused: the message says where, what was expected and what was found. */
class DtsReaderErrorTest {
    static DeviceTreeException refuses(String source) {
        DeviceTreeException e = catchThrowableOfType(DeviceTreeException.class, () -> DtsReader.read(source));
        assertThat(e).as(source).isNotNull();
        return e;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/ { a = <1>; b }; };       | 1 | 16 | expected '=', '{' or ';' after a name, found '}'",
                "/ { a = ; };               | 1 | 9  | expected a value",
                "/ { a = <1; };             | 1 | 11 | expected a number, a reference, '(' or '>', found ';'",
                "/ { a = <-1>; };           | 1 | 10 | found '-1'",
                "/ { a = <08>; };           | 1 | 10 | '08' is no 64-bit number of base 8",
                "/ { a = <0x>; };           | 1 | 10 | expected a number",
                "/ { a = <0x100000000>; };  | 1 | 10 | expected a number of 32 bits, found 0x100000000",
                "/ { a = <0x10000000000000000>; }; | 1 | 10 | is no 64-bit number",
                "/ { a = /bits/ 12 <1>; };  | 1 | 16 | expected 8, 16, 32 or 64 bits, found 12",
                "/ { a = /bits/ 8 <256>; }; | 1 | 19 | expected a number of 8 bits",
                "/ { l: b { a = /bits/ 64 <&l>; }; }; | 1 | 27 | a reference",
                "/ { a = <(1 / 0)>; };      | 1 | 15 | expected a divisor, found 0",
                "/ { a = <(1 + )>; };       | 1 | 15 | expected a number, found ')'",
                "/ { a = <''>; };           | 1 | 10 | expected one character",
                "/ { a = <'ab'>; };         | 1 | 10 | expected one character between the quotes, found 2",
                "/ { a = \"x; };            | 1 | 9  | expected a closing",
                "/ { a = \"x\\              | 1 | 9  | expected a closing",
                "/ { a = \"\\xg\"; };       | 1 | 11 | hexadecimal digit",
                "/ { a = [0]; };            | 1 | 10 | expected two hexadecimal digits or ']'",
                "/ { a = <&nobody>; };      | 1 | 10 | nothing that '&nobody' refers to",
                "/ { a = &{/x}; };          | 1 | 9  | nothing that '&/x' refers to",
                "/ { a = &{/x y}; };        | 1 | 14 | expected a path and '}'",
                "/ { a = & x; };            | 1 | 11 | expected a label",
                "/ { }; &x { };             | 1 | 8  | nothing that '&x' refers to",
                "/ { }; /delete-node/ &x;   | 1 | 22 | nothing that '&x' refers to",
                "/ { }; /delete-node/ x;    | 1 | 22 | expected a reference",
                "/ { b { }; a; };           | 1 | 12 | properties come before the nodes",
                "/ { a; a; };               | 1 | 8  | found 'a' again",
                "/ { b { }; b { }; };       | 1 | 12 | found 'b' again",
                "/ { l: b { }; l: c { }; }; | 1 | 18 | expected a label of its own for /c, found 'l', which is /b",
                "/ { l: b { }; }; / { /delete-node/ b; }; &l { }; | 1 | 42 | nothing that '&l' refers to",
                "/ { b { }                  | 1 | 10 | expected ';', found the end of the text",
                "/ {                        | 1 | 4  | expected a property, a node or '}', found the end of the text",
                "/dts-v1/;                  | 1 | 10 | expected a root node",
                "``                         | 1 | 1  | expected a root node, '/ {', found the end of the text",
                "/dts-v1/; /* x             | 1 | 11 | expected '*/'",
                "/dts-v1/; /plugin/; / { }; | 1 | 11 | overlays are not supported",
                "/ { a = /incbin/(\"f\"); };| 1 | 9  | /incbin/ is not supported",
                "/include/ \"f\" / { };     | 1 | 1  | including files is not supported",
                "#include <x> / { };        | 1 | 1  | run the C preprocessor first",
                "/ { }; /memreserve/ 1 2;   | 1 | 8  | memory reservations come before the root node",
                "/ { }; garbage             | 1 | 8  | expected '/', found 'garbage'",
                "/ { /omit-if-no-ref/ a; }; | 1 | 23 | expected '{'",
                "l: / { };                  | 1 | 4  | expected a reference",
            })
    void theMessageSaysWhereAndWhat(String source, int line, int column, String message) {
        DeviceTreeException e = refuses(source.stripTrailing());
        assertThat(e.kind()).isEqualTo(DeviceTreeException.Kind.BAD_SOURCE);
        assertThat(e).hasMessageContaining(message);
        assertThat(e.place()).isEqualTo("line " + line + ", column " + column);
    }

    @Test
    void linesCountFromOne() {
        assertThat(refuses("/dts-v1/;\n\n/ {\n  a = !;\n};").place()).isEqualTo("line 4, column 7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "-", "!(", "(1?"})
    void expressionsMayNotNestWithoutEnd(String open) {
        assertThat(refuses("/ { a = <(" + open.repeat(100_000)).kind()).isEqualTo(DeviceTreeException.Kind.TOO_DEEP);
    }

    @Test
    void nodesNestAsDeepAsATreeMayBeAndNoDeeper() {
        int most = DeviceTree.MAX_DEPTH - 1;
        String deepest = "/ {" + "a {".repeat(most) + "};".repeat(most) + "};";
        assertThat(DtsReader.read(deepest).nodes()).hasSize(DeviceTree.MAX_DEPTH);
        assertThat(refuses("/ {" + "a {".repeat(100_000)).kind()).isEqualTo(DeviceTreeException.Kind.TOO_DEEP);
        assertThat(refuses("/ {" + "a {".repeat(most) + "l: b {").kind()).isEqualTo(DeviceTreeException.Kind.TOO_DEEP);
    }

    @Test
    void anExtensionCountsFromItsNodesDepth() {
        int most = DeviceTree.MAX_DEPTH - 1;
        String source = "/ {" + "a {".repeat(most - 1) + "l: a { };" + "};".repeat(most) + "&l { b { }; };";
        assertThat(refuses(source).kind()).isEqualTo(DeviceTreeException.Kind.TOO_DEEP);
    }

    @Test
    void damagedSourceIsReadOrRefusedAndNothingElse() {
        String source = """
                /dts-v1/; /memreserve/ 1 (2 << 3);
                / { l: a@1 { b = <&l (1 ? 2 : 'x') 0x3>, "t\\x41\\"", [0a 1B], /bits/ 16 <7>, &{/a@1}; c; };
                    /omit-if-no-ref/ m: d { }; /* e */ };
                &l { /delete-property/ c; f { }; /delete-node/ f; };
                k: &{/d} { }; /delete-node/ &m; // end
                """;
        assertThat(DtsReader.read(source).nodes()).hasSize(2);
        String pieces = source + "\0\u00e9\ud800\uff11";
        int read = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder damaged = new StringBuilder(source);
            for (int i = random.nextInt(3); i >= 0; i--) {
                int from = random.nextInt(pieces.length());
                int to = Math.min(pieces.length(), from + random.nextInt(6));
                int at = random.nextInt(damaged.length());
                damaged.replace(at, Math.min(damaged.length(), at + random.nextInt(6)), pieces.substring(from, to));
            }
            try {
                DeviceTree tree = DtsReader.read(damaged.toString());
                assertThat(TreeDump.of(DtsReader.read(DtsWriter.write(tree))))
                        .as("seed %d", seed)
                        .isEqualTo(TreeDump.of(tree));
                read++;
            } catch (DeviceTreeException e) {
                assertThat(e.place()).as("seed %d", seed).startsWith("line ");
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ":\n" + damaged, e);
            }
        }
        assertThat(read).isBetween(100, 19_900);
    }

    @Test
    void timeGrowsWithTheTextAndNotFaster() {
        int count = 100_000;
        StringBuilder source = new StringBuilder("/ { all = ");
        for (int i = 0; i < count; i++) {
            source.append("&l").append(i).append(", <&l").append(i).append(">, ");
        }
        source.append("\"\"; ");
        for (int i = 0; i < count; i++) {
            source.append('l').append(i).append(": n").append(i).append(" { };\n");
        }
        source.append("};");
        DeviceTree tree = assertTimeout(Duration.ofSeconds(20), () -> DtsReader.read(source.toString()));
        assertThat(tree.byPhandle(count).orElseThrow().name()).isEqualTo("n" + (count - 1));
    }
}
