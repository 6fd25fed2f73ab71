// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;

class FdtWriterTest {
    @RepeatedTest(value = 200, name = "seed {currentRepetition}")
    void whatIsWrittenIsReadBackEqual(RepetitionInfo seed) {
        DeviceTree tree = RandomTrees.tree(seed.getCurrentRepetition(), seed.getCurrentRepetition());

        SameTree.check(tree, FdtReader.read(FdtWriter.write(tree)));
    }

    @Test
    void aTreeOfTheGreatestDepthIsReadBackEqual() {
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        for (int depth = 1; depth < DeviceTree.MAX_DEPTH; depth++) {
            builder.beginNode("n" + depth);
        }
        IntStream.range(0, DeviceTree.MAX_DEPTH).forEach(i -> builder.endNode());
        DeviceTree tree = builder.build();

        SameTree.check(tree, FdtReader.read(FdtWriter.write(tree)));
    }

    // Devicetree Specification 0.4, 5.2: version 17, compatible to 16; reservations at 8, structure at 4.
    @Test
    void theHeaderIsThatOfVersion17() {
        DeviceTree tree = DeviceTree.builder()
                .bootCpuId(7)
                .reserveMemory(0x1000, 0x2000)
                .beginNode("")
                .cells("reg", 1)
                .beginNode("c")
                .cells("reg", 2)
                .endNode()
                .endNode()
                .build();

        ByteBuffer blob = ByteBuffer.wrap(FdtWriter.write(tree));

        int[] header = new int[10];
        blob.asIntBuffer().get(header);
        // 40 header, 2 reservations of 16, structure of 2 nodes (8) with 2 properties (16) and 2 ends (4) and END,
        // "reg".
        assertThat(header).containsExactly(0xd00dfeed, 136, 72, 132, 40, 17, 16, 7, 4, 60);
        assertThat(blob.getInt(128)).as("the last token").isEqualTo(9);
        assertThat(blob.capacity()).isEqualTo(136);
    }

    @Test
    void aNulInANodeNameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FdtWriter.write(DeviceTree.builder()
                        .beginNode("")
                        .beginNode("a\0b")
                        .endNode()
                        .endNode()
                        .build()))
                .withMessageContaining("/a\0b")
                .withMessageContaining("U+0000 at 1");
    }

    @Test
    void aCharacterThatIsNoByteIsRefusedInAPropertyName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FdtWriter.write(DeviceTree.builder()
                        .beginNode("")
                        .cells("size-\u20ac", 1)
                        .endNode()
                        .build()))
                .withMessageContaining("U+20AC at 5");
    }

    @Test
    void aReservationThatWouldEndTheListIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FdtWriter.write(DeviceTree.builder()
                        .reserveMemory(0x1000, 0)
                        .beginNode("")
                        .endNode()
                        .build()))
                .withMessageContaining("size 0");
    }

    @Test
    void aTreeThatDoesNotFitIsRefused() {
        byte[] large = new byte[16 << 20];
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        IntStream.range(0, 9).forEach(i -> builder.property("p" + i, large));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> FdtWriter.write(builder.endNode().build()))
                .withMessageContaining("at most 134217728 bytes");
    }
}
