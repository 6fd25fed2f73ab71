// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;

/** The blocks may come in any order, and one tree has several encodings (Devicetree Specification 0.4, 5.1 and 5.2). */
class BlockLayoutTest {
    private static final byte[] EIGHT = {1, 2, 3, 4, 5, 6, 7, 8};

    private static final DeviceTree EXPECTED = DeviceTree.builder()
            .reserveMemory(0x1_0000_0000L, 0x20_0000)
            .beginNode("")
            .cells("#address-cells", 1)
            .property("empty", new byte[0])
            .beginNode("node@1")
            .property("eight", EIGHT)
            .strings("name", "odd")
            .endNode()
            .endNode()
            .build();

    @ParameterizedTest
    @CsvSource({
        "16, RTS", "16, RST", "16, TRS", "16, TSR", "16, SRT", "16, STR",
        "17, RTS", "17, RST", "17, TRS", "17, TSR", "17, SRT", "17, STR",
    })
    void everyOrderOfBlocksIsTheSameTree(int version, String order) {
        byte[] blob = new BlobAssembler()
                .reservation(0x1_0000_0000L, 0x20_0000)
                .reservation(0, 0)
                .beginNode("")
                .property("#address-cells", (byte) 0, (byte) 0, (byte) 0, (byte) 1)
                .property("empty")
                .beginNode("node@1")
                .property("eight", EIGHT)
                .property("name", "odd\0".getBytes(StandardCharsets.US_ASCII))
                .endNode()
                .endNode()
                .end()
                .blob(version, order);

        SameTree.check(EXPECTED, FdtReader.read(blob));
    }

    // Before version 16: full paths as names, values of 8 bytes and more at a multiple of 8. Version 2 has no size of
    // the
    // strings block.
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 15})
    void anOldVersionIsTheSameTree(int version) {
        byte[] blob = new BlobAssembler()
                .reservation(0x1_0000_0000L, 0x20_0000)
                .reservation(0, 0)
                .beginNode("/")
                .oldProperty("#address-cells", (byte) 0, (byte) 0, (byte) 0, (byte) 1)
                .oldProperty("empty")
                .beginNode("/node@1")
                .oldProperty("eight", EIGHT)
                .oldProperty("name", "odd\0".getBytes(StandardCharsets.US_ASCII))
                .endNode()
                .endNode()
                .end()
                .blob(version, "RTS");

        SameTree.check(EXPECTED, FdtReader.read(blob));
    }

    @Test
    void namesMayShareTheirTails() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("");
        int cells = blob.name("interrupt-cells");
        blob.propertyHeader(0, cells).propertyHeader(0, cells + 10).propertyHeader(0, cells + 15);

        Node root = FdtReader.read(blob.endNode().end().blob()).root();

        assertThat(root.properties()).extracting(p -> p.name()).containsExactly("interrupt-cells", "cells", "");
    }
}
