// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.vfio4j.devtree.fdt.BlobAssembler.SIZE_STRUCT;
import static org.vfio4j.devtree.fdt.BlobAssembler.with;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.DeviceTreeException.Kind;
import org.vfio4j.devtree.Node;

/** The rules of libfdt's {@code fdt_check_full}; the first six blobs are of the shape that its own tests have. */
class MalformedBlobTest {
    // With one empty reservation the structure block begins here.
    private static final int STRUCTURE = 40 + 16;

    @Test
    void aPropertyWhoseValueIsMissing() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("");
        blob.propertyHeader(4, blob.name("truncated"));

        assertThat(blob.blob()).hasSize(86);
        fails(blob.blob(), Kind.BAD_STRUCTURE, STRUCTURE + 12);
    }

    @Test
    void aPropertyNameThatRunsOverTheStringsBlock() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("").property("good");
        blob.propertyHeader(0, blob.rawName("bad")).endNode().end();

        fails(blob.blob(), Kind.TRUNCATED, STRUCTURE + 40 + 5);
    }

    @Test
    void reservationsThatTheBlobCutsOff() {
        BlobAssembler blob = new BlobAssembler().beginNode("").endNode().end().reservation(0xdeadbeefL, 1);

        assertThat(blob.blob(17, "TSR")).hasSize(72);
        fails(blob.blob(17, "TSR"), Kind.TRUNCATED, 72);
    }

    @Test
    void reservationsThatRunIntoTheNextBlock() {
        BlobAssembler blob = new BlobAssembler()
                .reservation(0xdeadbeefL, 0x1000)
                .beginNode("")
                .endNode()
                .end();

        fails(blob.blob(), Kind.TRUNCATED, 72);
    }

    @Test
    void twoRoots() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("").endNode();

        fails(blob.beginNode("").endNode().end().blob(), Kind.BAD_STRUCTURE, STRUCTURE + 12);
    }

    @Test
    void aRootWithAName() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("fake");

        fails(blob.endNode().end().blob(), Kind.BAD_STRUCTURE, STRUCTURE + 4);
    }

    @Test
    void aMessageIsOneLineWhateverItQuotes() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("\u001b[31m\nred");

        assertThatThrownBy(() -> FdtReader.read(blob.endNode().end().blob()))
                .hasMessageContaining("found '\\x1b[31m\\x0ared'");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xffff_fffa, 0x7fff_fffa, 0xffff_ffff, 0x7fff_ffff, 0x8000_0000, 100})
    void aLengthThatRunsOverTheEndOrOverflows(int length) {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("");
        blob.propertyHeader(length, blob.name("p")).endNode().end();

        fails(blob.blob(), Kind.BAD_STRUCTURE, STRUCTURE + 12);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 100, 0x7fff_ffff, 0xffff_ffff, 0x8000_0000})
    void aNameOutsideOfTheStringsBlock(int offset) {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("");
        blob.name("p");
        blob.propertyHeader(0, offset).endNode().end();

        fails(blob.blob(), Kind.BAD_OFFSET, STRUCTURE + 16);
    }

    // libfdt, fdt_get_string: before version 17 a name may lie anywhere up to the end of the blob.
    @Test
    void aNameAfterTheStringsBlockIsReadBeforeVersion17() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("");
        blob.propertyHeader(0, blob.name("p")).endNode().end();

        byte[] version16 = with(blob.blob(16, "RTS"), BlobAssembler.SIZE_STRINGS, 0);
        byte[] version17 = with(blob.blob(17, "RTS"), BlobAssembler.SIZE_STRINGS, 0);

        assertThat(FdtReader.read(version16).root().hasProperty("p")).isTrue();
        fails(version17, Kind.BAD_OFFSET, STRUCTURE + 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 8, 10, 0xffff_ffff, 0x0100_0000})
    void anUnknownToken(int token) {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("").token(token);

        fails(blob.endNode().end().blob(), Kind.BAD_STRUCTURE, STRUCTURE + 8);
    }

    @Test
    void aNodeNameWithoutEnd() {
        byte[] blob = new BlobAssembler()
                .reservation(0, 0)
                .beginNode("")
                .token(1)
                .bytes("abcd".getBytes())
                .blob();

        fails(blob, Kind.BAD_STRUCTURE, STRUCTURE + 12);
    }

    @Test
    void endInsideANode() {
        fails(new BlobAssembler().reservation(0, 0).beginNode("").end().blob(), Kind.BAD_STRUCTURE, STRUCTURE + 8);
    }

    @Test
    void moreEndsThanNodes() {
        fails(
                new BlobAssembler()
                        .reservation(0, 0)
                        .beginNode("")
                        .endNode()
                        .endNode()
                        .end()
                        .blob(),
                Kind.BAD_STRUCTURE,
                STRUCTURE + 12);
    }

    @Test
    void noEnd() {
        byte[] blob =
                new BlobAssembler().reservation(0, 0).beginNode("").endNode().blob();

        fails(blob, Kind.TRUNCATED, STRUCTURE + 12);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 7, 11})
    void aStructureBlockThatEndsEarly(int size) {
        fails(with(BlobAssembler.small().blob(), SIZE_STRUCT, size), null, -1);
    }

    @Test
    void noRootNode() {
        fails(new BlobAssembler().reservation(0, 0).end().blob(), Kind.BAD_STRUCTURE, STRUCTURE);
    }

    @Test
    void aPropertyOutsideOfANode() {
        fails(
                new BlobAssembler()
                        .reservation(0, 0)
                        .property("p")
                        .beginNode("")
                        .endNode()
                        .end()
                        .blob(),
                Kind.BAD_STRUCTURE,
                STRUCTURE);
    }

    @Test
    void aPropertyAfterTheRootNode() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("").endNode();

        fails(blob.property("p").end().blob(), Kind.BAD_STRUCTURE, STRUCTURE + 12);
    }

    @Test
    void aPropertyAfterAChildNode() {
        BlobAssembler blob = new BlobAssembler()
                .reservation(0, 0)
                .beginNode("")
                .beginNode("c")
                .endNode();

        fails(blob.property("p").endNode().end().blob(), Kind.BAD_STRUCTURE, STRUCTURE + 20);
    }

    // libfdt and Linux accept all of these; the device tree compiler warns.
    @ParameterizedTest
    @ValueSource(strings = {"sub$node", "subnode@1@2", "a/b", "", "caf\u00e9"})
    void anOddNameIsReadAsItIs(String name) {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("");
        blob.property("prop$erty")
                .beginNode(name)
                .property("")
                .endNode()
                .endNode()
                .end();

        Node root = FdtReader.read(blob.blob()).root();

        assertThat(root.hasProperty("prop$erty")).isTrue();
        assertThat(root.children()).singleElement().satisfies(child -> {
            assertThat(child.name()).isEqualTo(name);
            assertThat(child.hasProperty("")).isTrue();
        });
    }

    @Test
    void nopIsIgnoredEverywhere() {
        byte[] blob = new BlobAssembler()
                .reservation(0, 0)
                .nop()
                .beginNode("")
                .nop()
                .property("p", (byte) 1)
                .nop()
                .nop()
                .property("q")
                .beginNode("c")
                .nop()
                .endNode()
                .nop()
                .endNode()
                .nop()
                .end()
                .blob();

        DeviceTree tree = FdtReader.read(blob);

        assertThat(tree.root().properties()).extracting(p -> p.name()).containsExactly("p", "q");
        assertThat(tree.nodes()).extracting(Node::path).containsExactly("/", "/c");
    }

    // libfdt and Linux end the list at size 0, whatever the address is.
    @Test
    void theReservationOfSizeZeroIsTheLast() {
        byte[] blob = new BlobAssembler()
                .reservation(0xffff_ffff_0000_0000L, 0x1000)
                .reservation(0x1234, 0)
                .reservation(1, 1)
                .beginNode("")
                .endNode()
                .end()
                .blob();

        assertThat(FdtReader.read(blob).memoryReservations())
                .singleElement()
                .satisfies(r -> assertThat(r.address()).isEqualTo(0xffff_ffff_0000_0000L));
    }

    @Test
    void nothingIsReadFromNull() {
        assertThatThrownBy(() -> FdtReader.read((byte[]) null)).isInstanceOf(NullPointerException.class);
    }

    private static void fails(byte[] blob, Kind kind, int offset) {
        DeviceTreeException e = catchThrowableOfType(DeviceTreeException.class, () -> FdtReader.read(blob));
        assertThat(e).as("the blob was read").isNotNull();
        if (kind != null) {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
            assertThat(e.place()).as(e.getMessage()).isEqualTo("byte 0x" + Integer.toHexString(offset));
        }
    }
}
